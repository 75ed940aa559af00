// SPDX-License-Identifier: Apache-2.0
// Superseded trees: starting their timer, deleting them when it is over, and freeing their
// objects (git-sync-compat.md 4.5 steps 4 and 7, 4.8).

#pragma once

#include <chrono>
#include <optional>

#include "git/repository.h"
#include "worktree/layout.h"
#include "worktree/publisher.h"

namespace gitsync::worktree {

struct RetirerOptions {
  std::chrono::nanoseconds stale_timeout{0};
  git::Gc gc = git::Gc::kAlways;
};

// Thread-safety: none; belongs to the sync loop, under the root's lock.
class Retirer {
 public:
  // `repository` outlives the retirer.
  Retirer(Layout layout, RetirerOptions options, const git::Repository& repository,
          log::Logger logger);

  // Call right after `old` was superseded: its stale timer starts now. A tree of the old layout
  // (directly in the root) is deleted; nothing outside the root ever is.
  void retire(const Published& old) const;

  // Deletes every entry of .worktrees that is older than the stale timeout, except the one that
  // holds `current`, and collects garbage if anything was deleted.
  // Errors: the first one, after doing all that could be done.
  util::Result<void> clean_up(const Published& current, const util::Limit& limit) const;

  // After a pass that found the disk full: frees the objects that only its commit needs, and so
  // the room for a smaller one. `current`: what is published, or nothing.
  util::Result<void> make_room(const std::optional<Published>& current,
                               const util::Limit& limit) const;

 private:
  util::Result<bool> remove_stale(const Published& current, const util::Limit& limit) const;

  const Layout layout_;
  const RetirerOptions options_;
  const git::Repository& repository_;
  const log::Logger log_;
};

}  // namespace gitsync::worktree
