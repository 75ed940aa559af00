// SPDX-License-Identifier: Apache-2.0
// Which flag a misspelled one was meant to be.

#pragma once

#include <string_view>

namespace gitsync::config {

// The long name, without dashes, of the flag that help lists and that is fewest edits away; empty
// if none is near. Case, and `_` for `-`, hardly count.
std::string_view nearest_flag(std::string_view name);

}  // namespace gitsync::config
