// SPDX-License-Identifier: Apache-2.0
// git's way to replace an index: whoever creates `index.lock` may write it, and renames it to
// `index`. Readers see the old file or the new one.

#pragma once

#include <string>

#include "util/error.h"
#include "util/fd.h"
#include "util/folder.h"

namespace gitsync::git {

// Removes the lock when destroyed, unless it was committed. Move-only. Thread-safety: none.
class [[nodiscard]] IndexLock {
 public:
  // `directory` is the git directory of the tree (of a worktree, its own) and outlives the lock.
  // Errors: kBusy if somebody else has the lock, or was killed with it; kLocal.
  static util::Result<IndexLock> take(const util::Folder& directory);

  IndexLock(IndexLock&& other) noexcept;
  IndexLock& operator=(IndexLock&&) = delete;
  ~IndexLock();

  // Empty at first; open for reading and writing.
  int file() const { return file_.get(); }
  std::string shown() const { return directory_->path_of("index.lock"); }

  // Makes what was written the index. Errors leave the old one, and the lock.
  util::Result<void> commit(util::Durability durability = util::Durability::kCached);

 private:
  IndexLock(const util::Folder& directory, util::Fd file) noexcept;

  const util::Folder* directory_;
  util::Fd file_;  // empty if there is nothing to remove
};

}  // namespace gitsync::git
