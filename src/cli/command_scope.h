// SPDX-License-Identifier: Apache-2.0
// Settings of git at the highest rank, in the environment of one git and of its children:
// GIT_CONFIG_COUNT, GIT_CONFIG_KEY_<n>, GIT_CONFIG_VALUE_<n> (git-config(1), "ENVIRONMENT").

#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "util/environment.h"

namespace gitsync::cli {

// Key and value, in the order in which git reads them: the last one of a single value wins.
using ConfigPairs = std::vector<std::pair<std::string, std::string>>;

// Those that the environment has. Nothing if git would refuse to work with them.
std::optional<ConfigPairs> command_scope(const util::Environment& environment);

// Puts `pairs` below those that are there, which the user has set and which go on to win. Changes
// nothing if git would refuse those.
void add_to_command_scope(util::Environment& environment, const ConfigPairs& pairs);

}  // namespace gitsync::cli
