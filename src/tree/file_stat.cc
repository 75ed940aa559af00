// SPDX-License-Identifier: Apache-2.0
#include "tree/file_stat.h"

namespace gitsync::tree {
namespace {

bool equal(const timespec& a, const timespec& b) {
  return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

bool is_same_inode(const FileStat& a, const FileStat& b) {
  return a.inode == b.inode && a.mode == b.mode && a.uid == b.uid && a.gid == b.gid;
}

}  // namespace

FileStat FileStat::of(const struct stat& info) {
  return {.size = static_cast<std::uint64_t>(info.st_size),
          .inode = info.st_ino,
          .modified = info.st_mtim,
          .changed = info.st_ctim,
          .mode = info.st_mode,
          .uid = info.st_uid,
          .gid = info.st_gid};
}

bool is_same_file(const FileStat& now, const FileStat& recorded) {
  return is_same_inode(now, recorded) && now.size == recorded.size &&
         equal(now.modified, recorded.modified);
}

bool is_same_directory(const FileStat& now, const FileStat& recorded) {
  return is_same_inode(now, recorded);
}

bool has_same_entries(const FileStat& now, const FileStat& recorded) {
  return equal(now.modified, recorded.modified) && equal(now.changed, recorded.changed);
}

bool is_of_kind(std::uint32_t mode, FileKind kind) {
  switch (kind) {
    case FileKind::kRegular:
      return S_ISREG(mode) && (mode & 0111) == 0;
    case FileKind::kExecutable:
      return S_ISREG(mode) && (mode & 0100) != 0;
    case FileKind::kSymlink:
      return S_ISLNK(mode);
    case FileKind::kFolder:
      return S_ISDIR(mode);
  }
  return false;
}

Custom Custom::of(const FileStat& new_folder) {
  return {.uid = new_folder.uid, .gid = new_folder.gid, .folder_mode = new_folder.mode};
}

bool is_like_new(const FileStat& old, const Custom& custom) {
  if (old.uid != custom.uid || old.gid != custom.gid) return false;
  if (S_ISDIR(old.mode)) return old.mode == custom.folder_mode;
  if (!S_ISREG(old.mode)) return true;
  const std::uint32_t most = (old.mode & 0100) != 0 ? 0777 : 0666;
  return (old.mode & 07777) == (custom.folder_mode & most);
}

}  // namespace gitsync::tree
