// SPDX-License-Identifier: Apache-2.0
#include "support/volume/volume.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace gitsync::test::volume {
namespace {

constexpr uid_t kNobody = 65534;

}  // namespace

Volume& Volume::of(fuse_req_t request) { return *static_cast<Volume*>(fuse_req_userdata(request)); }

Inode& Volume::inode(fuse_ino_t id) {
  // NOLINTNEXTLINE(performance-no-int-to-ptr): what fuse_ino_t is for
  return id == FUSE_ROOT_ID ? inodes.root() : *reinterpret_cast<Inode*>(id);
}

fuse_ino_t Volume::id(Inode& inode) {
  return &inode == &inodes.root() ? FUSE_ROOT_ID : reinterpret_cast<fuse_ino_t>(&inode);
}

std::string path_of(const Inode& inode) { return "/proc/self/fd/" + std::to_string(inode.fd); }

int refuse_handle(const Inode& inode, const Settings& settings) {
  if (!settings.handles || inode.openings > 0) return 0;
  struct stat info{};
  return ::fstat(inode.fd, &info) == 0 && info.st_nlink == 0 ? ESTALE : 0;
}

void Volume::was_replaced(Inode& folder, const char* name) {
  const std::scoped_lock lock(mutex);
  replaced[{folder.number, name}] = 0;
}

bool Volume::is_stale(Inode& folder, const char* name, const Settings& settings) {
  if (settings.stale == 0) return false;
  const std::scoped_lock lock(mutex);
  const auto found = replaced.find({folder.number, name});
  if (found == replaced.end()) return false;
  if (found->second++ < settings.stale) return true;
  replaced.erase(found);
  return false;
}

void Volume::reply_entry(fuse_req_t request, Inode& folder, const char* name,
                         const Settings& settings) {
  fuse_entry_param entry{};
  const int fd = ::openat(folder.fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0 || ::fstat(fd, &entry.attr) != 0) {
    fuse_reply_err(request, errno);
    if (fd >= 0) ::close(fd);
    return;
  }
  Inode& inode = inodes.remember(fd, entry.attr);
  entry.ino = id(inode);
  entry.attr_timeout = entry.entry_timeout = seconds(settings);
  if (fuse_reply_entry(request, &entry) != 0) inodes.forget(inode, 1);
}

int Volume::refuse_change(const Inode& folder, const Settings& settings) {
  if (const int stale = refuse_handle(folder, settings)) return stale;
  if (!settings.squash) return 0;
  struct stat info{};
  if (::fstat(folder.fd, &info) != 0) return errno;
  return info.st_uid == kNobody || (info.st_mode & 02) != 0 ? 0 : EACCES;
}

void Volume::give(fuse_req_t request, int folder, const char* name, const Settings& settings) {
  const auto* caller = fuse_req_ctx(request);
  const bool is_squashed = settings.squash && caller->uid == 0;
  const uid_t user = is_squashed ? kNobody : caller->uid;
  const gid_t group = is_squashed ? kNobody : caller->gid;
  if (user == ::geteuid() && group == ::getegid()) return;
  [[maybe_unused]] const int given = ::fchownat(
      folder, name, user, group, AT_SYMLINK_NOFOLLOW | (*name == '\0' ? AT_EMPTY_PATH : 0));
}

}  // namespace gitsync::test::volume
