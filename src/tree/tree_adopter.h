// SPDX-License-Identifier: Apache-2.0
// Makes the manifest of a tree that was not built by TreeBuilder, but by git, or by an earlier
// version of us.

#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "tree/companion.h"
#include "tree/file_stat.h"
#include "tree/manifest.h"
#include "tree/tree_contents.h"
#include "tree/way.h"
#include "util/event.h"

namespace gitsync::tree {

// Whether a file that lstat(2) describes so now has the content of its revision, which is `entry`.
using IsVerified =
    std::function<bool(std::string_view path, const FileEntry& entry, const FileStat& now)>;

// One use. Thread-safety: none.
class TreeAdopter {
 public:
  // `out` gets every file of the revision; what is not there, or not verified, as one that nothing
  // equals, so that it is written anew in the next tree.
  TreeAdopter(Way tree, IsVerified is_verified, ManifestWriter& out);

  util::Result<void> run(TreeContents& contents, const util::Limit& limit);

 private:
  struct Level {
    std::string name;
  };
  util::Result<void> add(const Change& change);
  util::Result<void> go_to(std::string_view folder);
  util::Result<void> leave();
  FileStat look_at(std::string_view path, const FileEntry& entry);

  Companion way_;
  const IsVerified is_verified_;
  ManifestWriter& out_;
  std::vector<Level> levels_{{}};
  std::string path_;       // of the deepest level
  std::string last_path_;  // the file before
};

}  // namespace gitsync::tree
