// SPDX-License-Identifier: Apache-2.0
// Turns on one root: processes that share it hold this lock for one pass each
// (docs/design.md#turns).

#pragma once

#include <optional>
#include <string>
#include <utility>

#include "util/error.h"
#include "util/event.h"
#include "util/fd.h"
#include "util/folder.h"

namespace gitsync::util {

// Holds an open-file-description lock (fcntl(2), F_OFD_SETLK) on a file until destroyed.
//
// The kernel drops the lock with the last copy of the descriptor, so a killed process leaves
// nothing stale. It is advisory. The file is opened for writing, which NFS needs for exclusive
// locks. Move-only. Thread-safety: none needed; one pass holds it in one place.
//
// A lock is on a file, not on its name. Whoever removes or replaces the file while it is held lets
// the next one lock a new file of that name: so a lock is only given out on the file that has the
// name at that moment, and the holder asks is_current() before what must not happen twice.
class [[nodiscard]] DirLock {
 public:
  // Takes the lock if it is free. kBusy if someone else, in this process or elsewhere, holds it;
  // kLocal or kNotFound if the file cannot be opened, or is no regular file: a symlink, a
  // directory or anything else that others put there.
  static Result<DirLock> try_acquire(const std::string& file);
  // Waits for it. kTimeout at the deadline, kStopped.
  static Result<DirLock> acquire(const std::string& file, const Limit& limit);

  // On a volume without locks: makes the file, and holds nothing. Errors as try_acquire().
  static Result<DirLock> without_lock(const std::string& file);

  // Whether the locked file still has its name: false once it was removed or replaced, which
  // means that somebody else may hold the new one. Costs one lstat(2). Always true on a volume
  // where a file's identity cannot be told, because its inode numbers change.
  bool is_current() const;

 private:
  DirLock(Fd fd, std::string file, std::optional<FileId> id) noexcept
      : fd_(std::move(fd)), file_(std::move(file)), id_(id) {}

  Fd fd_;
  std::string file_;
  std::optional<FileId> id_;
};

// Whether an acquisition failed because the volume has no locks: NFS without its lock daemon, and
// some FUSE file systems.
bool is_lack_of_locks(const Error& error);

}  // namespace gitsync::util
