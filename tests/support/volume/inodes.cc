// SPDX-License-Identifier: Apache-2.0
#include "support/volume/inodes.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>

namespace gitsync::test::volume {

Inodes::Inodes(int root) {
  struct stat info{};
  ::fstat(root, &info);
  root_ = {.fd = root, .device = info.st_dev, .number = info.st_ino, .silly_name = ""};
}

Inode& Inodes::remember(int fd, const struct stat& info) {
  const std::scoped_lock lock(mutex_);
  Inode& inode = known_[{info.st_dev, info.st_ino}];
  if (inode.fd < 0) {
    inode = {.fd = fd, .device = info.st_dev, .number = info.st_ino, .silly_name = ""};
  } else {
    ::close(fd);
  }
  ++inode.lookups;
  return inode;
}

void Inodes::forget(Inode& inode, std::uint64_t lookups) {
  const std::scoped_lock lock(mutex_);
  if (&inode == &root_) return;
  inode.lookups -= lookups;
  if (inode.lookups > 0) return;
  ::close(inode.fd);
  known_.erase({inode.device, inode.number});
}

void Inodes::opened(Inode& inode) {
  const std::scoped_lock lock(mutex_);
  ++inode.openings;
}

void Inodes::closed(Inode& inode) {
  const std::scoped_lock lock(mutex_);
  if (--inode.openings > 0 || inode.silly_parent < 0) return;
  ::unlinkat(inode.silly_parent, inode.silly_name.c_str(), 0);
  ::close(inode.silly_parent);
  inode.silly_parent = -1;
}

int Inodes::rename_silly(int parent, const char* name) {
  const std::scoped_lock lock(mutex_);
  struct stat info{};
  if (::fstatat(parent, name, &info, AT_SYMLINK_NOFOLLOW) != 0 || !S_ISREG(info.st_mode)) return 0;
  const auto found = known_.find({info.st_dev, info.st_ino});
  if (found == known_.end() || found->second.openings == 0) return 0;
  Inode& inode = found->second;
  if (inode.silly_parent >= 0 && inode.silly_name == name) return EBUSY;
  if (inode.silly_parent >= 0) return 0;  // another name of it
  std::array<char, 64> silly{};
  std::snprintf(silly.data(), silly.size(), ".nfs%016lx%08lx",
                static_cast<unsigned long>(info.st_ino), ++next_);
  if (::renameat(parent, name, parent, silly.data()) != 0) return 0;
  inode.silly_parent = ::openat(parent, ".", O_PATH | O_DIRECTORY | O_CLOEXEC);
  inode.silly_name = silly.data();
  return 1;
}

}  // namespace gitsync::test::volume
