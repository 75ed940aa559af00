// SPDX-License-Identifier: Apache-2.0
// From settings to the source of a repository: the only place that knows more than one kind.

#pragma once

#include <functional>
#include <memory>
#include <string>

#include "app/process.h"
#include "auth/credentials.h"
#include "config/settings.h"
#include "log/logger.h"
#include "metrics/metrics.h"
#include "source/source.h"
#include "tree/file_maker.h"

namespace gitsync::app {

// Where a root has its things, and how many calls at once its volume is to have.
tree::Layout layout_of(const config::Settings& settings, const std::string& root);

struct SourceSettings {
  const config::Settings& settings;
  std::string root;  // absolute, symlinks resolved
  std::string url;   // without userinfo
  metrics::Metrics& metrics;

  tree::Layout layout() const { return layout_of(settings, root); }
};

// Whether trees may share files: a hook may write through a hard link, and the group may where it
// is to.
tree::Sharing sharing_of(const config::Settings& settings);

// Fails if a program that the source needs is missing. Before anything is made on disk.
util::Result<void> check_source(const config::Settings& settings);

// Errors name the setting that is wrong. The references outlive the source.
using SourceMaker = std::function<util::Result<std::unique_ptr<source::Source>>(
    const SourceSettings& settings, const Process& process, auth::Credentials& credentials,
    const log::Logger& logger)>;
util::Result<std::unique_ptr<source::Source>> make_source(const SourceSettings& settings,
                                                          const Process& process,
                                                          auth::Credentials& credentials,
                                                          const log::Logger& logger);

}  // namespace gitsync::app
