// SPDX-License-Identifier: Apache-2.0
// One pass over one repository: resolve, fetch, build, publish, notify (git-sync-compat.md 4).
// Called by sync/loop.cc; the steps are in git/remote.h, worktree/checkout.h,
// worktree/publisher.h, sync/notifier.h and worktree/retirer.h.

#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "auth/credentials.h"
#include "git/repository.h"
#include "metrics/metrics.h"
#include "sync/engine.h"
#include "sync/notifier.h"
#include "util/dir_lock.h"
#include "worktree/publisher.h"
#include "worktree/retirer.h"
#include "worktree/root.h"

namespace gitsync::sync {

// What a successful pass did, and how long its steps took.
struct PassReport {
  git::Oid commit;
  std::string tree;      // absolute
  bool changed = false;  // something else is published than before
  std::chrono::nanoseconds fetch{0};
  std::chrono::nanoseconds build{0};
  std::chrono::nanoseconds publish{0};
};

struct SyncerParts {
  worktree::Layout layout;
  std::string repo;  // without userinfo
  std::string ref;
  const git::Git& git;
  git::PrivateConfig& config;
  const git::Repository& repository;
  auth::Credentials& credentials;
  metrics::Metrics& metrics;
  Notifier& notifier;
  Engine engine;
  worktree::Root root;
  worktree::Publisher publisher;
  worktree::Retirer retirer;
};

// Thread-safety: none; one thread per repository.
class Syncer {
 public:
  Syncer(SyncerParts parts, log::Logger logger);

  // On failure the published tree is what it was, and whole.
  util::Result<PassReport> sync_once(const util::Limit& limit);

  // Deletes stale trees and collects garbage. Follows a successful sync_once() and keeps its turn
  // on the root.
  util::Result<void> clean_up(const util::Limit& limit);
  // Gives the root to other processes.
  void end_turn() {
    turn_.reset();
    in_turn_ = false;
  }

 private:
  util::Result<PassReport> run_steps(const util::Limit& limit);
  // Adds which setting was refused.
  util::Error explain(util::Error error, const std::vector<auth::Credential>& credentials) const;
  util::Result<void> take_turn(const util::Limit& limit);
  // Removes what a failed pass must not leave behind; adds to the error what is found out by it.
  void tidy_after(util::Error& error, const util::Limit& limit);
  util::Result<bool> is_sane(const worktree::Published& published, const git::Oid& tip,
                             const util::Limit& limit) const;
  util::Result<void> build(const PassReport& report, const util::Limit& limit);
  util::Result<void> build_and_publish(const worktree::Published* old, PassReport& report,
                                       const util::Limit& limit);

  SyncerParts parts_;
  const log::Logger log_;
  std::optional<util::DirLock> turn_;
  bool in_turn_ = false;         // also on a volume without locks
  bool lock_missed_ = false;     // said in the log that there are none
  bool locks_suspect_ = true;    // a git process may have been killed and left its locks
  std::optional<git::Oid> tip_;  // of this pass, once it is known
  std::string half_built_;       // the tree that this pass has begun, or nothing
  std::string made_room_for_;    // the tip after whose failure on a full disk we made room
  bool updated_ = false;         // this process has completed an update
  std::int64_t sync_count_ = 0;
};

}  // namespace gitsync::sync
