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

// What is done while somebody else has the lock.
enum class Patience {
  kNone,   // as git does for an index
  kShort,  // waits 100 ms at most, as git does for refs (git-config(1), core.filesRefLockTimeout)
};

// Removes the lock when destroyed, unless it was committed. Move-only. Thread-safety: none.
class [[nodiscard]] LockFile {
 public:
  // `path` is relative to `directory`, which outlives the lock.
  // Errors: kBusy if somebody else has the lock, or was killed with it; kLocal.
  static util::Result<LockFile> take(const util::Folder& directory, std::string_view path,
                                     Patience patience);

  LockFile(LockFile&& other) noexcept = default;
  LockFile& operator=(LockFile&&) = delete;
  ~LockFile();

  // Empty at first; open for reading and writing.
  int file() const { return file_.get(); }
  std::string shown() const { return shown_ + ".lock"; }  // for messages

  // Makes what was written the file. Errors leave the old one, and the lock.
  util::Result<void> commit(util::Durability durability);
  // The same with this content, flushed to the disk together with its name.
  util::Result<void> commit(std::string_view content);

 private:
  LockFile(util::Folder::Place place, std::string shown, util::Fd file) noexcept
      : place_(std::move(place)), shown_(std::move(shown)), file_(std::move(file)) {}

  util::Folder::Place place_;  // of the file that is to be replaced
  std::string shown_;
  util::Fd file_;  // empty if there is nothing to remove
};

}  // namespace gitsync::git
