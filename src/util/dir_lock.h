// SPDX-License-Identifier: Apache-2.0
// Turns on one root: processes that share it hold this lock for one pass each (design.md 3.5).

#pragma once

#include <string>
#include <utility>

#include "util/error.h"
#include "util/event.h"
#include "util/fd.h"

namespace gitsync::util {

// Holds an open-file-description lock (fcntl(2), F_OFD_SETLK) on a file until destroyed.
//
// The kernel drops the lock with the last copy of the descriptor, so a killed process leaves
// nothing stale. It is advisory. The file is opened for writing, which NFS needs for exclusive
// locks. Move-only. Thread-safety: none needed; one pass holds it in one place.
class [[nodiscard]] DirLock {
 public:
  // Takes the lock if it is free. kBusy if someone else, in this process or elsewhere, holds it;
  // kLocal or kNotFound if the file cannot be opened.
  static Result<DirLock> try_acquire(const std::string& file);
  // Waits for it. kTimeout at the deadline, kStopped.
  static Result<DirLock> acquire(const std::string& file, const Limit& limit);

 private:
  explicit DirLock(Fd fd) noexcept : fd_(std::move(fd)) {}

  Fd fd_;
};

}  // namespace gitsync::util
