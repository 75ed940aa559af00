// SPDX-License-Identifier: Apache-2.0
// Where things are below one root (docs/contract.md#layout), and what its volume is like.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "tree/revision.h"
#include "util/removal.h"

namespace gitsync::tree {

struct Layout {
  std::string root;       // absolute, symlinks resolved
  std::size_t width = 0;  // how many files to write, look at or remove at once; 0: see below

  // The width, or what suits the volume: a round trip is waited for, so that it costs no processor
  // to have 8 on a network volume or FUSE. On a local volume the processor is what everything waits
  // for: 1.
  std::size_t calls_at_once() const;

  // What the source keeps for itself; git's own repository if it is git.
  std::string store() const { return root + "/.git"; }
  std::string trees() const { return root + "/.worktrees"; }
  std::string tree(const Revision& revision) const { return trees() + "/" + revision.id; }
  // Of DirLock: not content, never wiped.
  static constexpr const char* kLockName = ".git-sync.lock";
  // What could not be removed yet (tree/rubbish.h).
  static constexpr const char* kAsideName = ".git-sync.aside";
  // What is served to readers (--serve-snapshots).
  static constexpr const char* kSnapshotsName = ".git-sync.snapshots";
  std::string snapshots() const { return root + "/" + kSnapshotsName; }
  // Whether an entry of the root is nobody's content: our lock, what is put aside, or what mkfs
  // made on a new volume.
  static bool is_furniture(std::string_view name) {
    return name == kLockName || name == kAsideName || name == kSnapshotsName ||
           name.starts_with(util::kAsidePrefix) || name == "lost+found";
  }
  // Below the root, for util::Folder.
  static constexpr const char* kStoreName = ".git";
  static constexpr const char* kTreesName = ".worktrees";
  // In the store, but of the trees and of us: manifests, the spare, how the last process ended.
  static constexpr const char* kOwnName = ".git/git-sync";
  static std::string tree_name(const Revision& revision) {
    return std::string(kTreesName) + "/" + revision.id;
  }
  std::string lock_file() const { return root + "/" + kLockName; }
  // A damaged store, kept under this prefix until its replacement is published.
  static constexpr const char* kOldStorePrefix = ".git-sync.old-git.";
  // A suspect tree, still published from inside `.worktrees/.suspect.<random>/<revision>`.
  static constexpr const char* kSuspectPrefix = ".suspect.";
  // In `.worktrees`: a tree that is being built, and, with kSpareSuffix, what is left of the spare
  // that it is built from.
  static constexpr const char* kBuildPrefix = ".new.";
  static constexpr const char* kSpareSuffix = ".spare";
  // What this layer keeps in the store: the manifests of trees (tree/manifest.h), by revision, and
  // the spare (tree/spare.h).
  static constexpr const char* kManifestsName = ".git/git-sync/manifests";
  static constexpr const char* kSparesName = ".git/git-sync/spare";
};

}  // namespace gitsync::tree
