// SPDX-License-Identifier: Apache-2.0
// For the message about an unknown ref: the server's names that look most like it.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/git.h"

namespace gitsync::cli {

// Lists the branches and tags of `url` and returns the (at most five) nearest to `ref`. A relative
// `url` is taken from `directory`. Bounded to a few seconds; any failure is an error that the
// caller may ignore.
util::Result<std::vector<std::string>> nearest_refs(const Git& git, const std::string& directory,
                                                    const std::string& url, const std::string& ref,
                                                    const util::Limit& limit);

// The `count` of `names` with the smallest edit distance to `wanted`, nearest first.
std::vector<std::string> nearest_names(std::string_view wanted, std::vector<std::string> names,
                                       std::size_t count);

}  // namespace gitsync::cli
