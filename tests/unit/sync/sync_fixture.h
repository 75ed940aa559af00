// SPDX-License-Identifier: Apache-2.0
// A pass over a fake source, on a real disk.

#pragma once

#include <gtest/gtest.h>

#include "support/captured_log.h"
#include "support/fake_source.h"
#include "support/temp_dir.h"
#include "sync/loop.h"
#include "sync/pass.h"
#include "util/files.h"

namespace gitsync::sync {

class SyncTest : public testing::Test {
 protected:
  PassOptions pass_options() const {
    return {.layout = layout,
            .ref = "main",
            .link = link,
            .touch_file = touch_file,
            .stale_timeout = std::chrono::nanoseconds(0)};
  }
  PassParts parts() { return {source, credentials, metrics, notifier}; }
  // A pass of a process that has just started.
  Pass new_pass() { return {pass_options(), parts(), log.logger()}; }
  util::Limit limit() const { return util::Limit{.stop = &stop}.within(std::chrono::seconds(20)); }

  // What a reader finds through the link; empty if nothing.
  std::string shown() const { return util::read_file(link + test::FakeSource::kFile).value_or(""); }
  std::vector<std::string> trees() const {
    return util::list_directory(layout.trees()).value_or(std::vector<std::string>{});
  }
  bool counted(const std::string& sample) const {
    return metrics.render().find(sample) != std::string::npos;
  }
  bool root_is_free() const { return util::DirLock::try_acquire(layout.lock_file()).has_value(); }

  test::TempDir dir;
  test::CapturedLog log;
  const tree::Layout layout{dir / "root"};
  const std::string link = dir / "root/link";
  const std::string touch_file = dir / "touched";
  metrics::Metrics metrics;
  auth::Credentials credentials{{}, log.logger(), metrics};
  Notifier notifier;
  util::Event stop;
  util::Event wake;
  test::FakeSource source{layout, log.logger()};
};

}  // namespace gitsync::sync
