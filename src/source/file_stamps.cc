// SPDX-License-Identifier: Apache-2.0
#include "source/file_stamps.h"

#include <sys/stat.h>

namespace gitsync::source {
namespace {

std::int64_t nanoseconds(const timespec& time) {
  return std::int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

}  // namespace

std::vector<FileStamp> file_stamps(const std::vector<std::string>& paths) {
  std::vector<FileStamp> stamps;
  for (const auto& path : paths) {
    FileStamp& stamp = stamps.emplace_back();
    struct stat info{};
    if (::stat(path.c_str(), &info) != 0) continue;
    stamp = {.device = info.st_dev,
             .inode = info.st_ino,
             .size = info.st_size,
             .modified = nanoseconds(info.st_mtim),
             .changed = nanoseconds(info.st_ctim)};
  }
  return stamps;
}

}  // namespace gitsync::source
