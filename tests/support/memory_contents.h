// SPDX-License-Identifier: Apache-2.0
// Revisions in memory as a source of trees, and looking at trees on disk in the same terms.

#pragma once

#include <sys/stat.h>

#include <cstddef>
#include <functional>
#include <map>
#include <string>

#include "tree/tree_contents.h"

namespace gitsync::test {

struct MemoryFile {
  tree::FileKind kind = tree::FileKind::kRegular;
  std::string content;  // of a symlink: its target
  bool operator==(const MemoryFile&) const = default;
};
using MemoryTree = std::map<std::string, MemoryFile, std::less<>>;

tree::FileEntry entry_of(const MemoryFile& file);

// A revision for a number: 40 digits.
tree::Revision revision_of(std::size_t number);

// One revision among others that it can be compared with.
class MemoryContents : public tree::TreeContents {
 public:
  using History = std::map<std::string, MemoryTree>;  // by the revision's id
  MemoryContents(const History& history, tree::Revision self);

  util::Result<void> for_each_change(
      const tree::Revision* from,
      const std::function<util::Result<void>(const tree::Change&)>& visit,
      const util::Limit& limit) override;
  util::Result<void> read(const tree::FileEntry& entry, std::string_view path,
                          tree::ContentSink& sink, const util::Limit& limit) override;

  std::size_t reads = 0;  // calls of read()
  // Called before each file; may fail, or do damage.
  std::function<util::Result<void>(std::string_view path)> on_read;

 private:
  const History& history_;
  const tree::Revision self_;
};

// What is in a folder. Symlinks are not followed, and `.git` in the top is left out. Empty folders
// are kFolder. Modes other than 0644, 0755 and directories' 0755 are told in the content.
MemoryTree read_tree(const std::string& path);

// lstat(2); all zero if there is nothing.
struct stat lstat_of(const std::string& path);

}  // namespace gitsync::test
