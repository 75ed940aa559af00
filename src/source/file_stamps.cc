// SPDX-License-Identifier: Apache-2.0
#include "source/file_stamps.h"

#include <sys/stat.h>

#include "util/stale.h"

namespace gitsync::source {

std::vector<util::FileStamp> file_stamps(const std::vector<std::string>& paths) {
  std::vector<util::FileStamp> stamps;
  for (const auto& path : paths) {
    struct stat info{};
    const bool there = util::despite_stale([&] { return ::stat(path.c_str(), &info); }) == 0;
    stamps.push_back(there ? util::FileStamp::of(info) : util::FileStamp{});
  }
  return stamps;
}

}  // namespace gitsync::source
