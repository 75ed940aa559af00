// SPDX-License-Identifier: Apache-2.0
// Which texts can be the name of a ref: git-check-ref-format(1).

#pragma once

#include <string_view>

namespace gitsync::git {

// As `git check-ref-format --allow-onelevel` has it.
bool is_ref_name(std::string_view text);

}  // namespace gitsync::git
