// SPDX-License-Identifier: Apache-2.0
#include "source/socket_folder.h"

#include <sys/stat.h>

#include <utility>

#include "cli/private_folder.h"
#include "util/files.h"

namespace gitsync::source {

util::Result<SocketFolder> SocketFolder::create(const std::string& directory) {
  const std::string path = directory + "/" + cli::kPrivateFolderPrefix + util::random_suffix();
  // mkdir(2) takes no name that is there already, whoever made it.
  if (::mkdir(path.c_str(), 0700) != 0) return util::fail(util::sys_error("create " + path));
  SocketFolder folder(path);
  GS_TRY(folder.alive_, util::DirLock::try_acquire(path + cli::kPrivateFolderLock));
  return folder;
}

SocketFolder::SocketFolder(SocketFolder&& other) noexcept
    : path_(std::exchange(other.path_, {})), alive_(std::move(other.alive_)) {}

SocketFolder::~SocketFolder() {
  if (path_.empty()) return;
  [[maybe_unused]] const auto ignored = util::remove_tree(path_);
}

}  // namespace gitsync::source
