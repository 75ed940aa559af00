// SPDX-License-Identifier: Apache-2.0
// Where things are below one root (git-sync-compat.md 8).

#pragma once

#include <string>
#include <string_view>

#include "tree/revision.h"

namespace gitsync::tree {

struct Layout {
  std::string root;  // absolute, symlinks resolved

  // What the source keeps for itself; git's own repository if it is git.
  std::string store() const { return root + "/.git"; }
  std::string trees() const { return root + "/.worktrees"; }
  std::string tree(const Revision& revision) const { return trees() + "/" + revision.id; }
  // Of DirLock: not content, never wiped.
  static constexpr const char* kLockName = ".git-sync.lock";
  // Whether an entry of the root is nobody's content: our lock, or what mkfs made on a new volume.
  static bool is_furniture(std::string_view name) {
    return name == kLockName || name == "lost+found";
  }
  std::string lock_file() const { return root + "/" + kLockName; }
  // A damaged store, kept under this prefix until its replacement is published.
  static constexpr const char* kOldStorePrefix = ".git-sync.old-git.";
  // A suspect tree, still published from inside `.worktrees/.suspect.<random>/<revision>`.
  static constexpr const char* kSuspectPrefix = ".suspect.";
};

}  // namespace gitsync::tree
