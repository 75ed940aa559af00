// SPDX-License-Identifier: Apache-2.0
#include "tree/root.h"

#include <algorithm>

#include "util/files.h"
#include "util/paths.h"

namespace gitsync::tree {

using util::Result;

Root::Root(Layout layout, log::Logger logger)
    : layout_(std::move(layout)), log_(std::move(logger)), rubbish_(layout_, log_) {}

Result<bool> Root::is_empty() const {
  GS_TRY(const auto names, util::list_directory(layout_.root));
  for (const auto& name : names) {
    if (!Layout::is_furniture(name)) return false;
  }
  return true;
}

bool Root::holds_our_trees(const std::optional<Published>& published) const {
  if (published && published->revision && util::is_within(layout_.root, published->tree) &&
      util::is_directory(published->tree)) {
    return true;
  }
  const auto trees = util::list_directory(layout_.trees());
  return trees && std::ranges::any_of(*trees, [this](const std::string& name) {
           return Revision::parse(name) && util::is_directory(layout_.trees() + "/" + name);
         });
}

bool Root::keeps_old_store() const {
  const auto names = util::list_directory(layout_.root);
  return names && std::ranges::any_of(*names, [](const std::string& name) {
           return name.starts_with(Layout::kOldStorePrefix);
         });
}

Result<void> Root::set_store_aside() const {
  GS_TRY(const auto root, util::Folder::open(layout_.root));
  if (!root.exists(Layout::kStoreName)) return {};
  // One is enough: a check that fails in every pass must not fill the disk.
  if (keeps_old_store()) return discard(Layout::kStoreName);
  GS_TRY_VOID(
      root.rename(Layout::kStoreName, root, Layout::kOldStorePrefix + util::random_suffix()));
  log_.info(0, "repository is damaged: building a new one, what is published stays",
            {{"root", layout_.root}});
  return {};
}

Result<void> Root::discard(std::string_view name) const {
  GS_TRY([[maybe_unused]] const bool removed, rubbish_.discard(name));
  return {};
}

Result<void> Root::clear() const {
  log_.info(0, "root holds no tree of ours: clearing it", {{"root", layout_.root}});
  GS_TRY(const auto names, util::list_directory(layout_.root));
  for (const auto& name : names) {
    if (Layout::is_furniture(name)) continue;
    const std::string path = layout_.root + "/" + name;
    // A dangling symlink may be our published link, whose tree is to be built again.
    if (!util::exists(path) && util::read_link(path)) continue;
    GS_TRY_VOID(discard(name));
  }
  return {};
}

Result<void> Root::claim_trees() const {
  GS_TRY(const auto root, util::Folder::open(layout_.root));
  GS_TRY(const auto info, root.info(Layout::kTreesName));
  if (info.kind == util::EntryKind::kNothing || info.kind == util::EntryKind::kDirectory) return {};
  log_.info(0, "removing what is in the place of the worktrees", {{"path", layout_.trees()}});
  return discard(Layout::kTreesName);
}

void Root::forget_old_stores() const {
  const auto names = util::list_directory(layout_.root);
  if (!names) return;
  for (const auto& name : *names) {
    if (!name.starts_with(Layout::kOldStorePrefix)) continue;
    if (const auto removed = discard(name); !removed) {
      log_.error("cannot remove a damaged repository", removed.error());
    }
  }
}

}  // namespace gitsync::tree
