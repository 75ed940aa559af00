// SPDX-License-Identifier: Apache-2.0
// What tells whether a file is another one, or another content, than at the last look.

#pragma once

#include <sys/stat.h>

#include <cstdint>

namespace gitsync::util {

// A file that is written twice within one tick of the file system's clock keeps its stamp. All zero
// where there is no file.
struct FileStamp {
  dev_t device = 0;
  ino_t inode = 0;
  off_t size = 0;
  std::int64_t modified = 0;  // nanoseconds since 1970, as the next
  std::int64_t changed = 0;

  static FileStamp of(const struct stat& info) {
    return {.device = info.st_dev,
            .inode = info.st_ino,
            .size = info.st_size,
            .modified = nanoseconds(info.st_mtim),
            .changed = nanoseconds(info.st_ctim)};
  }
  static std::int64_t nanoseconds(const timespec& time) {
    return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
  }
  bool operator==(const FileStamp&) const = default;
};

}  // namespace gitsync::util
