// SPDX-License-Identifier: Apache-2.0
#include "log/error_file.h"

#include <utility>

#include "util/folder.h"
#include "util/paths.h"

namespace gitsync::log {

ErrorFile::ErrorFile(std::string path, util::SafeWay way)
    : path_(std::move(path)), way_(std::move(way)) {}

util::Result<void> ErrorFile::replace(std::string_view text) {
  const util::MutexLock lock(mutex_);
  const auto folder =
      util::open_folder_safely(util::dir_name(path_), way_, util::Missing::kMakeLast);
  if (!folder) return util::fail(util::Error(folder.error()).with_context("write " + path_));
  return folder->write_file_atomic(util::base_name(path_), "tmp-err-", text, 0644);
}

util::Result<void> ErrorFile::remove() {
  const util::MutexLock lock(mutex_);
  const auto folder = util::open_folder_safely(util::dir_name(path_), way_);
  if (!folder) {
    if (folder.error().kind == util::ErrorKind::kNotFound) return {};
    return util::fail(folder.error());
  }
  return folder->remove_file(util::base_name(path_));
}

}  // namespace gitsync::log
