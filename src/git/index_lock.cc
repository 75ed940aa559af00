// SPDX-License-Identifier: Apache-2.0
#include "git/index_lock.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

namespace gitsync::git {
namespace {

using util::Result;

constexpr const char* kLock = "index.lock";
constexpr const char* kIndex = "index";

}  // namespace

IndexLock::IndexLock(const util::Folder& directory, util::Fd file) noexcept
    : directory_(&directory), file_(std::move(file)) {}

IndexLock::IndexLock(IndexLock&& other) noexcept = default;

IndexLock::~IndexLock() {
  if (file_) ::unlinkat(directory_->fd(), kLock, 0);
}

Result<IndexLock> IndexLock::take(const util::Folder& directory) {
  util::Fd file(
      ::openat(directory.fd(), kLock, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0666));
  if (file) return IndexLock(directory, std::move(file));
  auto error = util::sys_error("create " + directory.path_of(kLock));
  if (error.sys_errno == EEXIST) error.kind = util::ErrorKind::kBusy;
  return util::fail(std::move(error));
}

Result<void> IndexLock::commit(util::Durability durability) {
  const bool synced = durability == util::Durability::kSynced;
  if (synced && ::fsync(file_.get()) != 0) {
    return util::fail(util::sys_error("flush " + shown()));
  }
  GS_TRY_VOID(directory_->rename(kLock, *directory_, kIndex));
  file_.reset();
  return synced ? directory_->sync() : Result<void>{};
}

}  // namespace gitsync::git
