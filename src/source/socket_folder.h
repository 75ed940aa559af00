// SPDX-License-Identifier: Apache-2.0
// A folder of ours alone for a control socket. It is named and locked as cli/private_folder.h has
// it, so that what a killed process leaves behind is swept by the next one.

#pragma once

#include <optional>
#include <string>

#include "util/dir_lock.h"
#include "util/error.h"

namespace gitsync::source {

// Removed with all that is in it when destroyed. Move-only. Thread-safety: none.
class SocketFolder {
 public:
  // In `directory`, which is absolute. Errors: it cannot be made there.
  static util::Result<SocketFolder> create(const std::string& directory);
  SocketFolder(SocketFolder&& other) noexcept;
  SocketFolder& operator=(SocketFolder&&) = delete;
  ~SocketFolder();

  // Nothing is there yet.
  std::string socket() const { return path_ + "/s"; }

 private:
  explicit SocketFolder(std::string path) : path_(std::move(path)) {}

  std::string path_;
  std::optional<util::DirLock> alive_;
};

}  // namespace gitsync::source
