// SPDX-License-Identifier: Apache-2.0
// Where things are below one root (git-sync-compat.md 8).

#pragma once

#include <string>
#include <string_view>

#include "git/oid.h"

namespace gitsync::worktree {

struct Layout {
  std::string root;  // absolute, symlinks resolved

  std::string git_dir() const { return root + "/.git"; }
  std::string trees() const { return root + "/.worktrees"; }
  std::string tree(const git::Oid& commit) const { return trees() + "/" + commit.hex(); }
  // git's own data of a checkout.
  std::string metadata(const git::Oid& commit) const {
    return git_dir() + "/worktrees/" + commit.hex();
  }
  // Of DirLock: not content, never wiped.
  static constexpr const char* kLockName = ".git-sync.lock";
  // Whether an entry of the root is nobody's content: our lock, or what mkfs made on a new volume.
  static bool is_furniture(std::string_view name) {
    return name == kLockName || name == "lost+found";
  }
  std::string lock_file() const { return root + "/" + kLockName; }
  // A damaged .git, kept under this prefix until its replacement is published.
  static constexpr const char* kOldGitPrefix = ".git-sync.old-git.";
  // A suspect tree, still published from inside `.worktrees/.suspect.<random>/<hash>`.
  static constexpr const char* kSuspectPrefix = ".suspect.";
};

}  // namespace gitsync::worktree
