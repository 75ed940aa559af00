// SPDX-License-Identifier: Apache-2.0
// Writes an index file as a stream (gitformat-index(5), version 2, with the extension TREE).

#pragma once

#include <cstddef>
#include <cstdint>
#include <ctime>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "git/cache_tree.h"
#include "git/index_entry.h"
#include "util/error.h"

namespace gitsync::git {

// git status stays right by this rule: git trusts stat data only of a file that is older than its
// index, and hashes others again (Debian's git looks at whole seconds of both). An index that is
// written after its last lstat(2) is thus safe from all edits that come after it. If somebody may
// edit the files already while it is being written, give finish() a time before the first lstat(2).
//
// Memory: one buffer, the last path and the trees. Thread-safety: none.
class IndexWriter {
 public:
  // `file` is an empty regular file, open for reading and writing, and outlives the writer, which
  // does not close it. `shown` names it in errors.
  IndexWriter(int file, std::string shown);

  // In the order of the bytes of the path, at stage 0, without flags.
  // Errors: kInvalid if entries are out of order, or one is not as the format has it, or has flags;
  // kLocal if writing fails. After an error, give the file up.
  util::Result<void> add(const IndexEntry& entry);

  // For git's speed only, and only all trees or none: around what each tree holds, the root first.
  void enter_tree(std::string_view name, std::span<const std::byte, kIndexIdBytes> id);
  void leave_tree();

  // Writes the rest. `as_of` becomes the time of the file's last modification.
  util::Result<void> finish(std::optional<timespec> as_of = std::nullopt);

  std::uint32_t entries() const { return entries_; }

 private:
  util::Result<void> flush();
  util::Result<void> seal();

  const int file_;
  const std::string shown_;
  std::string buffer_;
  std::string last_path_;
  std::uint32_t entries_ = 0;
  CacheTree trees_;
};

}  // namespace gitsync::git
