// SPDX-License-Identifier: Apache-2.0
// What lstat(2) says of an entry, as far as it tells whether somebody has changed it.

#pragma once

#include <sys/stat.h>

#include <cstdint>

#include "tree/tree_contents.h"

namespace gitsync::tree {

struct FileStat {
  std::uint64_t size = 0;
  std::uint64_t inode = 0;
  timespec modified{};     // mtime
  timespec changed{};      // ctime
  std::uint32_t mode = 0;  // with the type
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;

  static FileStat of(const struct stat& info);
};

// Whether nobody has changed a file since `recorded`: size, mtime, inode, mode and owner. Not the
// ctime, which hard links change, nor the device, which is another one when a volume is attached
// again.
bool is_same_file(const FileStat& now, const FileStat& recorded);

// Whether a directory is as it was: the same one, with the same mode and owner.
bool is_same_directory(const FileStat& now, const FileStat& recorded);
// Whether nothing came into it or went from it, either.
bool has_same_entries(const FileStat& now, const FileStat& recorded);

// Whether what has this mode can be an entry of this kind.
bool is_of_kind(std::uint32_t mode, FileKind kind);
// With which a regular or executable file is created; the umask takes from it.
constexpr mode_t creation_mode(FileKind kind) {
  return kind == FileKind::kExecutable ? 0777 : 0666;
}

// What is made in a tree now gets this owner and, under this umask, these permissions.
struct Custom {
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::uint32_t folder_mode = 0;  // with the type, as all modes here

  // As the folder that was made for the tree shows it.
  static Custom of(const FileStat& new_folder);
};

// Whether something old is as a new one would be, so that it may stand in for it.
bool is_like_new(const FileStat& old, const Custom& custom);

}  // namespace gitsync::tree
