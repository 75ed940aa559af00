// SPDX-License-Identifier: Apache-2.0
// Whether a file that is read now and then may have changed since, at the price of one stat(2).

#pragma once

#include <string>

#include "util/file_stamp.h"

namespace gitsync::http {

// Symlinks are followed: Kubernetes replaces the files of a Secret by moving one.
// Thread-safety: none.
class FileChanges {
 public:
  explicit FileChanges(std::string path) : path_(std::move(path)) {}

  // Whether it may be another than when this was last asked; the first time it is. To be asked
  // before the file is read. A change within some seconds of the last one may leave all times as
  // they were: so long the answer is yes.
  bool take();
  const std::string& path() const noexcept { return path_; }

 private:
  const std::string path_;
  util::FileStamp seen_;
  bool doubtful_ = true;
};

}  // namespace gitsync::http
