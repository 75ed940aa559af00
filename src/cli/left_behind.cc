// SPDX-License-Identifier: Apache-2.0
#include "cli/left_behind.h"

#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>

#include "cli/credential_cache.h"
#include "util/dir_lock.h"
#include "util/files.h"
#include "util/paths.h"

namespace gitsync::cli {
namespace {

constexpr time_t kYoung = 60;  // seconds

bool may_be_left_behind(const std::string& folder) {
  struct stat info{};
  struct stat lock{};
  return ::lstat(folder.c_str(), &info) == 0 && S_ISDIR(info.st_mode) &&
         info.st_uid == ::geteuid() && ::time(nullptr) - info.st_mtime > kYoung &&
         ::lstat((folder + kPrivateFolderLock).c_str(), &lock) == 0 && S_ISREG(lock.st_mode);
}

}  // namespace

void sweep_left_behind(const std::string& directory) {
  const auto names = util::list_directory(directory);
  if (!names) return;
  for (const auto& name : *names) {
    const std::string folder = util::absolute_path(directory, name);
    if (!name.starts_with(kPrivateFolderPrefix) || !may_be_left_behind(folder)) continue;
    const auto lock = util::DirLock::try_acquire(folder + kPrivateFolderLock);
    if (!lock) continue;
    stop_credential_cache(folder + kPrivateFolderSocket);
    [[maybe_unused]] const auto ignored = util::remove_tree(folder);
  }
}

void remove_at_once(const std::string& folder) {
  stop_credential_cache(folder + kPrivateFolderSocket);
  // Away from its name first: a thread that still writes there cannot make new files.
  const std::string gone = folder + ".gone";
  const bool moved = std::rename(folder.c_str(), gone.c_str()) == 0;
  [[maybe_unused]] const auto ignored = util::remove_tree(moved ? gone : folder);
}

}  // namespace gitsync::cli
