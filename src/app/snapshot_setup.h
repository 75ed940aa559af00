// SPDX-License-Identifier: Apache-2.0
// From settings to those who publish snapshots: each a hook in the background that retries.

#pragma once

#include <string>

#include "app/process.h"
#include "config/settings.h"
#include "log/logger.h"
#include "metrics/metrics.h"
#include "snapshot/archives.h"
#include "sync/notifier.h"
#include "tree/layout.h"
#include "util/error.h"

namespace gitsync::app {

struct SnapshotContext {
  tree::Layout layout;
  std::string source;  // without credentials, for readers
  metrics::Metrics& metrics;
  const log::Logger& logger;
};

// Adds a publication for each place. `archives` and the references of `context` and `process`
// outlive the notifier. Errors name the setting that is wrong.
util::Result<void> set_up_snapshots(const config::Settings& settings,
                                    const SnapshotContext& context, const Process& process,
                                    snapshot::Archives& archives, sync::Notifier& notifier);

}  // namespace gitsync::app
