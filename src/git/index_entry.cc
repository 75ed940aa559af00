// SPDX-License-Identifier: Apache-2.0
#include "git/index_entry.h"

#include <sys/stat.h>

namespace gitsync::git {
namespace {

IndexTime time_of(const timespec& time) {
  return {.seconds = static_cast<std::uint32_t>(time.tv_sec),
          .nanoseconds = static_cast<std::uint32_t>(time.tv_nsec)};
}

bool is_component(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && name != ".git";
}

}  // namespace

IndexStat IndexStat::of(const struct stat& info) {
  return {.changed = time_of(info.st_ctim),
          .modified = time_of(info.st_mtim),
          .device = static_cast<std::uint32_t>(info.st_dev),
          .inode = static_cast<std::uint32_t>(info.st_ino),
          .owner = info.st_uid,
          .group = info.st_gid,
          .size = static_cast<std::uint32_t>(info.st_size)};
}

bool is_index_mode(std::uint32_t mode) {
  return mode == kIndexFile || mode == kIndexExecutable || mode == kIndexSymlink ||
         mode == kIndexGitlink;
}

bool is_index_path(std::string_view path) {
  if (path.size() > kLongestIndexPath || path.contains('\0')) return false;
  for (;;) {
    const auto slash = path.find('/');
    if (!is_component(path.substr(0, slash))) return false;
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

}  // namespace gitsync::git
