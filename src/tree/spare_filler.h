// SPDX-License-Identifier: Apache-2.0
// Makes a tree of hard links to a published one.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tree/companion.h"
#include "tree/file_maker.h"
#include "tree/manifest.h"
#include "tree/old_tree.h"
#include "tree/way.h"
#include "util/event.h"

namespace gitsync::tree {

// One use. Thread-safety: none.
class SpareFiller {
 public:
  // `target` is empty; `out` gets what was linked.
  SpareFiller(Way target, OldTree shown, ManifestWriter& out, const util::Limit& limit);

  util::Result<void> run();

 private:
  struct Level {
    std::string name;
    bool filled = false;  // something in it was linked
  };
  util::Result<void> add(const Record& record);
  util::Result<void> leave(const Record& record);
  util::Result<void> finish_folder(std::string_view path);
  void go_to(std::string_view folder);

  Way target_;
  ManifestReader records_;
  Companion shown_;
  ManifestWriter& out_;
  const util::Limit limit_;
  const FileMaker maker_;
  std::vector<Level> levels_{{.name = ""}};
  std::string path_;  // of the deepest level
  std::size_t steps_ = 0;
};

}  // namespace gitsync::tree
