// SPDX-License-Identifier: Apache-2.0
// Step three of a sync: a complete tree of a commit beside the published one. Implementations:
// checkout_cli.cc, which drives the git executable; the native one comes later.

#pragma once

#include "git/oid.h"
#include "util/error.h"
#include "util/event.h"

namespace gitsync::worktree {

enum class Build {
  kFresh,    // a new directory; whatever is there and is not published is removed first
  kRefresh,  // the tree that is there: tracked edits reverted, untracked files kept
};

// Thread-safety: none; belongs to the sync loop, under the root's lock.
class Checkout {
 public:
  virtual ~Checkout() = default;

  // Fails if a setting cannot be followed (a file that it names is not readable). Changes nothing.
  virtual util::Result<void> check_settings() const = 0;

  // Whether `.worktrees/<commit>` is a tree as prepare() leaves it with these settings, with
  // nothing changed or added; false also where that would take long to tell (submodules).
  virtual util::Result<bool> is_whole(const git::Oid& commit, const util::Limit& limit) const = 0;

  // Afterwards `.worktrees/<commit>` is the whole tree, submodules included, and a worktree of
  // the repository. On failure with kFresh nothing that is published has changed.
  virtual util::Result<void> prepare(const git::Oid& commit, Build build,
                                     const util::Limit& limit) = 0;
};

}  // namespace gitsync::worktree
