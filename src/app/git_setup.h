// SPDX-License-Identifier: Apache-2.0
// Start-up of everything that concerns git: executable, version, private configuration, ssh
// (git-sync-compat.md 3.3, 3.6, 3.7, 3.11, 3.12).

#pragma once

#include <string>

#include "config/settings.h"
#include "git/git.h"
#include "git/private_config.h"

namespace gitsync::app {

struct GitSetupInput {
  const config::Settings& settings;
  const util::Environment& environment;
  std::string working_directory;  // absolute; a relative $TMPDIR or --git starts here
  util::ProcessRunner& runner;
  const util::Event& stop;
};

struct GitSetup {
  git::PrivateConfig config;
  git::Git git;
};

// Fails with advice unless `name` is a program: as given if it has a slash, else found in PATH.
util::Result<void> check_git(const std::string& name);

// Bounded to 30 seconds for all commands together. Errors name the setting that is wrong.
util::Result<GitSetup> set_up_git(const GitSetupInput& input, const log::Logger& logger);

// Whether the output of `git version` names git 2.32 or newer, the first one that reads
// GIT_CONFIG_GLOBAL. Unknown output is taken as new enough.
bool is_supported_git(std::string_view version_output);

}  // namespace gitsync::app
