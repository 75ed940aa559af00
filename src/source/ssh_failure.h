// SPDX-License-Identifier: Apache-2.0
// Why a git server could not be asked by ssh: what ssh and the server said, read as git's own words
// are.

#pragma once

#include <string>
#include <string_view>

#include "util/error.h"

namespace gitsync::source {

// Whether an answer had begun to come.
enum class Answer { kNone, kBegun };

// `how` is how ssh or the far side ended, "exit status 128"; `words` is standard error.
util::Error ssh_failure(std::string_view host, std::string_view how, std::string_view words,
                        Answer answer);

}  // namespace gitsync::source
