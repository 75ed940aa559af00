// SPDX-License-Identifier: Apache-2.0
#include "source/git_faults.h"

#include <cerrno>

#include "util/files.h"

namespace gitsync::source {

bool may_have_killed_git(const util::Error& error) {
  switch (error.kind) {
    case util::ErrorKind::kNetwork:
    case util::ErrorKind::kAuth:
    case util::ErrorKind::kNotFound:
    case util::ErrorKind::kProtocol:
    case util::ErrorKind::kInvalid:
    case util::ErrorKind::kBusy:
    case util::ErrorKind::kMoved:
      return false;
    case util::ErrorKind::kTimeout:
    case util::ErrorKind::kStopped:
    case util::ErrorKind::kCorrupt:
    case util::ErrorKind::kLocal:
      break;
  }
  return true;
}

bool is_disk_full(const util::Error& error, const std::string& root) {
  constexpr double kHardlyAnything = 0.05;
  if (error.cause != util::Cause::kCannotWrite) return error.cause == util::Cause::kDiskFull;
  return util::free_part_of_disk(root) < kHardlyAnything;
}

util::Error blame_root(util::Error error) {
  if (error.cause != util::Cause::kUnknown) return error;
  if (error.sys_errno == EROFS) error.cause = util::Cause::kReadOnlyRoot;
  if (error.sys_errno == EACCES || error.sys_errno == EPERM) {
    error.cause = util::Cause::kRootNotWritable;
  }
  return error;
}

}  // namespace gitsync::source
