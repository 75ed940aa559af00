// SPDX-License-Identifier: Apache-2.0
// Makes a spare of an old tree: removes what the published tree has not, and what is nobody's.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "tree/companion.h"
#include "tree/manifest.h"
#include "tree/old_tree.h"
#include "util/event.h"
#include "util/folder.h"

namespace gitsync::tree {

// One use. Thread-safety: none.
class SpareStripper {
 public:
  // `folder`: the old tree in its new place. `shown`: the manifest of the published one. `out` gets
  // what stays.
  SpareStripper(const util::Folder& folder, OldTree old, ManifestReader shown, ManifestWriter& out,
                const util::Limit& limit);

  util::Result<void> run();

 private:
  struct Level {
    std::string name;
    std::string kept = {};  // names, each ended by a NUL
    bool stripped = false;  // we have removed something
  };
  util::Result<void> look_at(const Record& record);
  util::Result<bool> is_shared(const Record& record);
  void remove(const Record& record);
  util::Result<void> leave(const Record& record);
  void remove_strangers(int folder);
  void go_to(std::string_view folder);

  const util::Folder& folder_;
  ManifestReader records_;
  ManifestReader shown_;
  Companion way_;
  ManifestWriter& out_;
  const util::Limit limit_;
  std::vector<Level> levels_{{.name = ""}};
  std::string path_;  // of the deepest level
  std::size_t steps_ = 0;
};

}  // namespace gitsync::tree
