// SPDX-License-Identifier: Apache-2.0
// The files of a folder of snapshots, each opened once and then read as it was, whatever is renamed
// over it meanwhile.

#pragma once

#include <cstdint>
#include <string>
#include <utility>

#include "http/snapshot_name.h"
#include "util/error.h"
#include "util/fd.h"

namespace gitsync::http {

struct SnapshotFile {
  SnapshotKind kind = SnapshotKind::kPointer;
  // Strong (RFC 9110, section 8.8.3), quotes included: of a pointer a hash of its content, so that
  // one that was written again as it was is the same; else inode, size and time.
  std::string entity_tag;
  std::uint64_t size = 0;  // bytes
  std::string content;     // of a pointer
  util::Fd fd;             // of others
};

// Thread-safety: none; belongs to the server's thread.
class SnapshotFolder {
 public:
  static constexpr std::size_t kMostPointerBytes = std::size_t{1} << 20;

  // `path`: absolute; made if it is missing, since the first snapshot may come later.
  static util::Result<SnapshotFolder> open(const std::string& path);

  // kNotFound if there is none of this name, if it is a symlink or no regular file, and for names
  // that are none of a snapshot (snapshot_name.h). Other errors are those of the disk.
  // A folder that was removed and made again meanwhile is found by its path.
  util::Result<SnapshotFile> file(const std::string& name);

 private:
  explicit SnapshotFolder(std::string path) noexcept : path_(std::move(path)) {}
  util::Result<void> open_folder();
  // Empty, and errno says why.
  util::Fd open_file(const std::string& name) const;

  std::string path_;
  util::Fd fd_;
};

}  // namespace gitsync::http
