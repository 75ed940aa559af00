// SPDX-License-Identifier: Apache-2.0
// Truth values as git's configuration spells them (git-config(1), "Values", boolean).

#pragma once

#include <optional>
#include <string>

namespace gitsync::git {

// A setting without a value is true. Nothing if git would not take it for a truth value, or takes
// it for a number other than 0 or 1.
std::optional<bool> config_truth(const std::optional<std::string>& value);

}  // namespace gitsync::git
