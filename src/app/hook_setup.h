// SPDX-License-Identifier: Apache-2.0
// From settings to the running hooks (docs/contract.md#background, #hooks).

#pragma once

#include "config/settings.h"
#include "log/logger.h"
#include "metrics/metrics.h"
#include "sync/notifier.h"
#include "util/environment.h"
#include "util/error.h"
#include "util/process.h"

namespace gitsync::app {

struct HookContext {
  std::string trees;                     // "<root>/.worktrees"
  const util::Environment& environment;  // what git's children get
  util::ProcessRunner& processes;
  metrics::Metrics& metrics;
  const log::Logger& logger;
};

// One background runner for each hook that is configured. The references of `context` outlive it.
// Errors: those of hook::Runner::start().
util::Result<sync::Notifier> set_up_hooks(const config::Settings& settings,
                                          const HookContext& context);

}  // namespace gitsync::app
