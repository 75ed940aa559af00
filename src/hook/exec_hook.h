// SPDX-License-Identifier: Apache-2.0
// A hook that runs a program in the new checkout (docs/contract.md#exec-hooks).

#pragma once

#include <chrono>
#include <string>

#include "hook/hook.h"
#include "log/logger.h"
#include "util/environment.h"
#include "util/process.h"

namespace gitsync::hook {

struct ExecHookOptions {
  std::string name;     // of the logger, as in RunnerOptions
  std::string command;  // one executable, no arguments; relative with a slash: to the checkout
  std::chrono::nanoseconds timeout{0};
  std::string trees;              // "<root>/.worktrees", the parent of all checkouts
  util::Environment environment;  // complete but for GITSYNC_HASH
};

class ExecHook final : public Hook {
 public:
  // `processes` outlives the hook.
  ExecHook(ExecHookOptions options, util::ProcessRunner& processes, const log::Logger& logger);

  util::Result<void> run(const std::string& hash, const util::Limit& limit) override;

 private:
  std::string setting() const;

  const ExecHookOptions options_;
  util::ProcessRunner& processes_;
  const log::Logger logger_;
};

}  // namespace gitsync::hook
