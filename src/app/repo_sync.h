// SPDX-License-Identifier: Apache-2.0
// Builds everything that belongs to one repository and runs its loop (sync/loop.cc).

#pragma once

#include <string>

#include "app/git_setup.h"
#include "config/settings.h"
#include "metrics/metrics.h"
#include "sync/loop.h"
#include "util/environment.h"

namespace gitsync::app {

// All references outlive the call.
struct RepoSyncInput {
  const config::Settings& settings;
  const util::Environment& environment;
  std::string working_directory;  // absolute
  std::string root;               // absolute, symlinks resolved
  GitSetup& git;
  sync::Notifier& notifier;
  metrics::Metrics& metrics;
  const util::Event& stop;
  const util::Event& wake;
};

// Blocks until the loop ends.
sync::Ending run_repo_sync(const RepoSyncInput& input, const log::Logger& logger);

}  // namespace gitsync::app
