// SPDX-License-Identifier: Apache-2.0
#include "cli/private_folder.h"

#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <cstdio>

#include "cli/credential_cache.h"
#include "util/dir_lock.h"
#include "util/files.h"
#include "util/folder.h"

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

void sweep(const std::string& folder) {
  if (!may_be_left_behind(folder)) return;
  const auto lock = util::DirLock::try_acquire(folder + kPrivateFolderLock);
  if (!lock) return;
  stop_credential_cache(folder + kPrivateFolderSocket);
  [[maybe_unused]] const auto ignored = util::remove_tree(folder);
}

}  // namespace

void sweep_left_behind(const std::string& directory) {
  // There may be any number of names.
  const auto opened = util::Folder::open(directory);
  if (!opened) return;
  [[maybe_unused]] const auto listed = opened->for_each_entry([&](std::string_view name) {
    if (name.starts_with(kPrivateFolderPrefix)) sweep(opened->path_of(name));
    return util::Walk::kGoOn;
  });
}

void remove_at_once(const std::string& folder) {
  stop_credential_cache(folder + kPrivateFolderSocket);
  // Away from its name first: a thread that still writes there cannot make new files.
  const std::string gone = folder + ".gone";
  const bool moved = std::rename(folder.c_str(), gone.c_str()) == 0;
  [[maybe_unused]] const auto ignored = util::remove_tree(moved ? gone : folder);
}

}  // namespace gitsync::cli
