// SPDX-License-Identifier: Apache-2.0
#include "source/native_look.h"

#include "util/folder.h"
#include "util/paths.h"

namespace gitsync::source {

std::string find_doubt_about(const tree::Layout& layout, const tree::Published& shown) {
  if (!shown.revision) return "its name is no commit";
  const std::string& id = shown.revision->id;
  if (!util::is_within(layout.root, shown.tree)) return "it lies elsewhere";
  const auto root = util::Folder::open(layout.root);
  if (!root) return "the root cannot be opened";
  const std::string tree = util::relative_path(layout.root, shown.tree);
  const std::string metadata = std::string(tree::Layout::kStoreName) + "/worktrees/" + id;
  if (root->read_file(tree + "/.git").value_or("") != "gitdir: ../../" + metadata + "\n") {
    return "its .git file is not ours";
  }
  if (root->read_file(metadata + "/HEAD").value_or("") != id + "\n") return "its HEAD is another";
  return "";
}

}  // namespace gitsync::source
