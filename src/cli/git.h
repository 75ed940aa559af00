// SPDX-License-Identifier: Apache-2.0
// Runs the git executable. The sub-command is always the first argument, and configuration
// reaches git only by its environment, so that `--git` may name a wrapper script
// (docs/contract.md#git-commands).

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "cli/command_scope.h"
#include "log/logger.h"
#include "util/environment.h"
#include "util/process.h"

namespace gitsync::cli {

struct GitOptions {
  std::string executable = "git";  // looked up in PATH if it has no slash
  util::Environment environment;   // of every child, but for the locale
  // Variables that hold secrets of ours: git, and what it runs, do not get them.
  std::vector<std::string> withheld = {};
};

// A git command that ran to its end, whatever its exit status.
struct GitOutput {
  std::string out;
  std::string err;
  int exit_status = 0;

  bool ok() const { return exit_status == 0; }
};

// Whether a log may show what a command wrote to standard output.
enum class StandardOutput { kLoggable, kSecret };

// What is unusual about one command.
struct RunOptions {
  std::string standard_input;
  util::Leftovers leftovers = util::Leftovers::kKill;
  std::size_t output_limit = std::size_t{64} * 1024;
  StandardOutput standard_output = StandardOutput::kLoggable;
};

// Thread-safety: const members may be called from any thread, while no other member is.
class Git {
 public:
  Git(GitOptions options, util::ProcessRunner& runner, log::Logger logger);

  // Runs `git <args>` in `directory` (empty: ours) and returns its trimmed standard output.
  // Errors: any that diagnose() finds, kTimeout, kStopped; the message is
  // `Run(<command line>): <reason>: { stdout: "...", stderr: "..." }`
  // (docs/contract.md#failed-commands).
  util::Result<std::string> run(const std::vector<std::string>& args, const std::string& directory,
                                const util::Limit& limit, const RunOptions& options = {}) const;

  // The same for a command whose failure is an answer. Errors only if it could not be run to its
  // end: not started, past the limit, killed by a signal. Output is not trimmed.
  util::Result<GitOutput> ask(const std::vector<std::string>& args, const std::string& directory,
                              const util::Limit& limit, const RunOptions& options = {}) const;

  // As it was given: what other children, such as hooks, are to see. git itself sees it in English,
  // without secrets and with the settings of override_config().
  const util::Environment& environment() const { return options_.environment; }
  // Only while nothing else uses this object.
  void set_environment(std::string name, std::string value);

  // From now on every git runs with these settings above those of all files, and below those that
  // the user has put into the environment. Replaces the settings of an earlier call.
  void override_config(ConfigPairs settings);

 private:
  util::Error describe(const std::vector<std::string>& args, const std::string& reason,
                       std::string_view out, std::string_view err) const;

  void make_environment();

  GitOptions options_;
  ConfigPairs overrides_;
  util::Environment own_environment_;  // of git; its locale is the one that diagnosis.h reads
  util::ProcessRunner& runner_;
  log::Logger log_;
};

}  // namespace gitsync::cli
