// SPDX-License-Identifier: Apache-2.0
// Everything that belongs to one repository: its source, credentials, hooks and loop. Several
// repositories in one process are several of these.

#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "app/process.h"
#include "app/source_setup.h"
#include "auth/credentials.h"
#include "config/settings.h"
#include "http/snapshot_server.h"
#include "log/logger.h"
#include "metrics/metrics.h"
#include "snapshot/archives.h"
#include "source/source.h"
#include "sync/loop.h"
#include "sync/notifier.h"

namespace gitsync::app {

// What is made for one repository, and outlives it.
struct RepoContext {
  const config::Settings& settings;
  std::string root;  // absolute, symlinks resolved
  metrics::Metrics& metrics;
  const util::Event& wake;
  std::function<void()> on_ready;  // called at the first success, from the thread of run()
  log::Logger logger;              // with the error file of this repository
  SourceMaker make_source = app::make_source;
};

class RepoSync {
 public:
  // Runs the start of the source. Errors name the setting that is wrong.
  static util::Result<std::unique_ptr<RepoSync>> create(const RepoContext& context,
                                                        const Process& process);

  // Blocks until the loop ends. One thread.
  sync::Ending run();

 private:
  RepoSync(const RepoContext& context, const Process& process);

  const RepoContext context_;
  const util::Event& stop_;
  const std::string url_;  // without userinfo
  snapshot::Archives archives_;
  std::unique_ptr<http::SnapshotServer> server_;  // null: snapshots are not served
  auth::Credentials credentials_;
  std::unique_ptr<source::Source> source_;
  std::optional<sync::Notifier> notifier_;  // from create() on
};

}  // namespace gitsync::app
