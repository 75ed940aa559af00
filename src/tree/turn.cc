// SPDX-License-Identifier: Apache-2.0
#include "tree/turn.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <utility>

#include "util/files.h"
#include "util/look_anew.h"

namespace gitsync::tree {

using util::Result;

namespace {

bool may_not_write(int code) { return code == EACCES || code == EROFS || code == EPERM; }

// An init container of another user may have been here first; else the cause says enough.
std::string hint_for(const std::string& lock_file) {
  struct stat info{};
  if (::lstat(lock_file.c_str(), &info) == 0 && info.st_uid != ::geteuid()) {
    return lock_file + " belongs to uid " + std::to_string(info.st_uid) +
           ": run every git-sync of this --root as one user, or all of them with --group-write";
  }
  return "";
}

}  // namespace

Result<void> Turn::check() const {
  if (!lock_ || lock_->is_current()) return {};
  return util::fail(util::ErrorKind::kBusy, util::Cause::kLockRemoved,
                    "the lock of the root was removed or replaced during the pass");
}

Turns::Turns(Layout layout, log::Logger logger)
    : layout_(std::move(layout)), log_(std::move(logger)) {}

Result<Turn> Turns::take(const util::Limit& limit) {
  // The root may have been deleted since the last pass.
  GS_TRY_VOID(util::make_directories(layout_.root));
  auto lock = this->lock(limit);
  if (lock) {
    // Who had the turn before may be another machine.
    util::look_anew(layout_.trees());
    return Turn(std::move(*lock));
  }
  auto error = std::move(lock).error();
  if (util::is_lack_of_locks(error)) {
    if (!std::exchange(said_without_locks_, true)) {
      log_.info(0, "this volume has no locks: several git-syncs on it cannot take turns",
                {{"root", layout_.root}});
    }
    return Turn(std::nullopt);
  }
  if (may_not_write(error.sys_errno)) {
    error.cause = util::Cause::kRootNotWritable;
    error.hint = hint_for(layout_.lock_file());
  }
  return util::fail(std::move(error));
}

Result<util::DirLock> Turns::lock(const util::Limit& limit) const {
  auto lock = util::DirLock::try_acquire(layout_.lock_file());
  if (lock || lock.error().kind != util::ErrorKind::kBusy) return lock;
  log_.info(0, "another git-sync works on this root: waiting for its pass to end",
            {{"root", layout_.root}});
  return util::DirLock::acquire(layout_.lock_file(), limit);
}

}  // namespace gitsync::tree
