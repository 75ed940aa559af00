// SPDX-License-Identifier: Apache-2.0
// Start-up of everything that runs git: executable, version, private configuration, ssh
// (docs/contract.md#root-and-logging, #git-version, #private-git-config, #ssh, #cookie-file).

#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "cli/git.h"
#include "cli/private_config.h"
#include "cli/ssh_command.h"

namespace gitsync::cli {

struct SetupOptions {
  std::string executable = "git";  // as given; a relative path starts at working_directory
  util::Environment environment;   // of this process
  std::string working_directory;   // absolute; a relative $TMPDIR starts here, too
  SshOptions ssh;                  // but for `inherited`, which comes from the environment
  bool cookie_file = false;        // use /etc/git-secret/cookie_file
  std::vector<std::pair<std::string, std::string>> settings;  // --git-config, in order
};

// The two belong together: the configuration is named in git's environment.
struct Setup {
  PrivateConfig config;
  Git git;
  // What the private configuration says, but for what the environment adds, which outranks
  // everything anyhow. Of files that it includes only after start_git().
  ConfigPairs own;
};

// The variables of git-sync that hold a secret, or may: neither git nor ssh gets them. Hooks do.
const std::vector<std::string>& secret_variables();

// The command that starts ssh with these settings, behind what the environment has for it.
std::string ssh_command_of(const SetupOptions& options, std::vector<std::string> key_files);

// Fails with advice unless `name` is a program: as given if it has a slash, else found in PATH.
util::Result<void> check_git(const std::string& name);

// Writes the private configuration; runs no process. Errors name the setting that is wrong.
// `runner` outlives the result.
util::Result<Setup> set_up(const SetupOptions& options, util::ProcessRunner& runner,
                           const log::Logger& logger);

// $TMPDIR, absolute, because git runs elsewhere.
std::string temporary_directory(const SetupOptions& options);

// Whether only git knows what the private configuration says.
bool includes_files(const ConfigPairs& own);

// Runs git for the first time: is it new enough? Bounded to 30 seconds, as the next one.
util::Result<void> check_version(const Git& git, const util::Event& stop,
                                 const log::Logger& logger);

// Asks git for its configuration and logs it. Returns what Setup::own is to be.
util::Result<ConfigPairs> ask_for_config(const Git& git, const util::Event& stop,
                                         const log::Logger& logger);
// Logs the same without git, if there are no files that only git can include.
void log_config(const Setup& setup, const log::Logger& logger);

// Whether the output of `git version` names git 2.32 or newer, the first one that reads
// GIT_CONFIG_GLOBAL. Unknown output is taken as new enough.
bool is_supported_git(std::string_view version_output);

}  // namespace gitsync::cli
