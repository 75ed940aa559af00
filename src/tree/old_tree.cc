// SPDX-License-Identifier: Apache-2.0
#include "tree/old_tree.h"

#include <utility>

#include "util/paths.h"

namespace gitsync::tree {

std::optional<OldTree> open_old_tree(const util::Folder& holder, const std::string& name,
                                     const Manifests& manifests, const std::string& manifest) {
  const auto tree = holder.open_beneath(name);
  if (!tree) return std::nullopt;
  auto top = Way::into(*tree);
  if (!top) return std::nullopt;
  auto records = manifests.open(manifest, top->stat().inode);
  if (!records) return std::nullopt;
  return OldTree{.top = std::move(*top), .manifest = std::move(*records)};
}

std::optional<OldTree> open_published(const Layout& layout, const Published& published,
                                      const Manifests& manifests) {
  if (!published.revision || !util::is_within(layout.root, published.tree)) return std::nullopt;
  const auto root = util::Folder::open(layout.root);
  if (!root) return std::nullopt;
  auto tree = open_old_tree(*root, util::relative_path(layout.root, published.tree), manifests,
                            published.revision->id);
  if (tree && tree->manifest.revision() != *published.revision) return std::nullopt;
  return tree;
}

}  // namespace gitsync::tree
