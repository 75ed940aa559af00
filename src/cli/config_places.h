// SPDX-License-Identifier: Apache-2.0
// Where git looks for its configuration with this environment (git-config(1), "FILES" and
// "ENVIRONMENT"): for git::effective_config(), which reads it without a process.

#pragma once

#include <optional>
#include <vector>

#include "cli/command_scope.h"
#include "git/effective_config.h"
#include "util/environment.h"
#include "util/error.h"

namespace gitsync::cli {

// Outside a repository; one is added by the caller. With `own`, which git would find in our
// private configuration (PrivateConfig::settings()): these instead of the user's global files and
// the system's. The system's file is where distributions have it, unless GIT_CONFIG_SYSTEM says.
// Errors: Cause::kNotUnderstood, naming a variable that git would refuse, and for
// GIT_CONFIG_PARAMETERS, which is git's own.
util::Result<git::ConfigPlaces> config_places(const util::Environment& environment,
                                              const std::optional<ConfigPairs>& own);

// The same as git shows them: a setting without a value is "true".
ConfigPairs config_pairs(const std::vector<git::ConfigEntry>& entries);

}  // namespace gitsync::cli
