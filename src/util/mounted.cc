// SPDX-License-Identifier: Apache-2.0
#include "util/mounted.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

namespace gitsync::util {
namespace {

// Where a filter of system calls knows no statx(2); it cannot tell bind mounts.
std::optional<DirectoryId> identify_by_stat(int directory, const char* path, int flags) {
  struct stat info{};
  if (::fstatat(directory, path, &info, flags) != 0) return std::nullopt;
  return DirectoryId{.file = {.device = info.st_dev, .inode = info.st_ino},
                     .owner = info.st_uid,
                     .mode = info.st_mode & 07777};
}

std::optional<DirectoryId> identify(int directory, const char* path, int flags) {
  struct statx info{};
  constexpr unsigned kWanted = STATX_TYPE | STATX_MODE | STATX_UID | STATX_INO;
  if (::statx(directory, path, flags, kWanted, &info) != 0) {
    return identify_by_stat(directory, path, flags);
  }
  const auto told = info.stx_attributes & info.stx_attributes_mask;
  return DirectoryId{.file = {.device = makedev(info.stx_dev_major, info.stx_dev_minor),
                              .inode = static_cast<ino_t>(info.stx_ino)},
                     .owner = info.stx_uid,
                     .mode = static_cast<mode_t>(info.stx_mode & 07777),
                     .mount = (told & STATX_ATTR_MOUNT_ROOT) != 0};
}

}  // namespace

std::optional<DirectoryId> identify(int directory) {
  return identify(directory, "", AT_EMPTY_PATH);
}

std::optional<DirectoryId> identify_at(int directory, const char* path) {
  return identify(directory, path, 0);
}

bool is_mounted(const DirectoryId& directory, const DirectoryId& holder) {
  return directory.mount || directory.file.device != holder.file.device;
}

}  // namespace gitsync::util
