// SPDX-License-Identifier: Apache-2.0
// What git does without a setting (git-config(1)).

#pragma once

#include <string_view>

namespace gitsync::cli {

// The value that says so, for a key with "*" for any subsection. For most that is the empty one: no
// for a truth value, nothing for a text.
std::string_view git_default(std::string_view key);

}  // namespace gitsync::cli
