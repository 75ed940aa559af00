// SPDX-License-Identifier: Apache-2.0
// From settings to those who publish snapshots: each a hook in the background that retries.

#pragma once

#include <memory>
#include <string>

#include "app/process.h"
#include "config/settings.h"
#include "http/snapshot_server.h"
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

// The server of --serve-snapshots, on the folder of the root that is for it. Null if it is not
// wanted: a one-time run would end before anybody came. If it dies, `process` is stopped. Errors
// name the address or the file.
util::Result<std::unique_ptr<http::SnapshotServer>> serve_snapshots(
    const config::Settings& settings, const tree::Layout& layout, const Process& process,
    const log::Logger& logger);

// Adds a publication for each place, and one for `server` if it is not null. `archives`, the server
// and the references of `context` and `process` outlive the notifier. Errors name the setting that
// is wrong.
util::Result<void> set_up_snapshots(const config::Settings& settings,
                                    const SnapshotContext& context, const Process& process,
                                    snapshot::Archives& archives, http::SnapshotServer* server,
                                    sync::Notifier& notifier);

}  // namespace gitsync::app
