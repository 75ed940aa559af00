// SPDX-License-Identifier: Apache-2.0
// git's way to replace a file: whoever creates `<file>.lock` may write it, and renames it to
// `<file>`. Readers see the old content or the new one.

#pragma once

#include <string>
#include <string_view>

#include "util/error.h"
#include "util/fd.h"
#include "util/folder.h"

namespace gitsync::git {

// Removes the lock when destroyed, unless it was committed. Move-only. Thread-safety: none.
class [[nodiscard]] LockFile {
 public:
  // `path` is relative to `directory`. Waits 100 ms at most for another holder, as git does
  // (git-config(1), core.filesRefLockTimeout).
  // Errors: kBusy if it still has the lock, or was killed with it; kLocal.
  static util::Result<LockFile> take(const util::Folder& directory, std::string_view path);

  LockFile(LockFile&& other) noexcept = default;
  LockFile& operator=(LockFile&&) = delete;
  ~LockFile();

  // Makes `content` the file's, flushed to the disk together with its name. Errors leave the old.
  util::Result<void> commit(std::string_view content);

 private:
  LockFile(util::Folder::Place place, std::string shown, util::Fd file) noexcept
      : place_(std::move(place)), shown_(std::move(shown)), file_(std::move(file)) {}

  util::Folder::Place place_;  // of the file that is to be replaced
  std::string shown_;
  util::Fd file_;  // empty if there is nothing to remove
};

}  // namespace gitsync::git
