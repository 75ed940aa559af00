// SPDX-License-Identifier: Apache-2.0
// Whether one of some files was changed or replaced.

#pragma once

#include <sys/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace gitsync::source {

// What stat(2) says of a file; all zero if there is none. Symlinks are followed, so that a turn of
// the ..data link of a mounted Secret is seen.
struct FileStamp {
  dev_t device = 0;
  ino_t inode = 0;
  off_t size = 0;
  std::int64_t modified = 0;  // nanoseconds, as the next
  std::int64_t changed = 0;
  bool operator==(const FileStamp&) const = default;
};

std::vector<FileStamp> file_stamps(const std::vector<std::string>& paths);

}  // namespace gitsync::source
