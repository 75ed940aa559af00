// SPDX-License-Identifier: Apache-2.0
#include "tree/root.h"

#include <functional>

#include "util/files.h"
#include "util/paths.h"

namespace gitsync::tree {

using util::Result;

namespace {

// Whether an entry of the folder is as `wanted` says. There may be any number of them.
Result<bool> has_entry(const util::Folder& folder,
                       const std::function<bool(std::string_view)>& wanted) {
  bool found = false;
  GS_TRY_VOID(folder.for_each_entry([&](std::string_view name) {
    found = wanted(name);
    return found ? util::Walk::kStop : util::Walk::kGoOn;
  }));
  return found;
}

}  // namespace

Root::Root(Layout layout, log::Logger logger)
    : layout_(std::move(layout)), log_(std::move(logger)), rubbish_(layout_, log_) {}

Result<bool> Root::is_empty() const {
  GS_TRY(const auto root, util::Folder::open(layout_.root));
  GS_TRY(const bool content,
         has_entry(root, [](std::string_view name) { return !Layout::is_furniture(name); }));
  return !content;
}

bool Root::holds_our_trees(const std::optional<Published>& published) const {
  if (published && published->revision && util::is_within(layout_.root, published->tree) &&
      util::is_directory(published->tree)) {
    return true;
  }
  const auto root = util::Folder::open(layout_.root);
  if (!root) return false;
  const auto trees = root->open_beneath(Layout::kTreesName);
  return trees && has_entry(*trees, [&](std::string_view name) {
                    return Revision::parse(name) && trees->is_directory(name);
                  }).value_or(false);
}

bool Root::keeps_old_store(const util::Folder& root) {
  return has_entry(root,
                   [](std::string_view name) { return name.starts_with(Layout::kOldStorePrefix); })
      .value_or(false);
}

Result<void> Root::set_store_aside(std::string_view why, log::Fields fields) const {
  GS_TRY(const auto root, util::Folder::open(layout_.root));
  if (!root.exists(Layout::kStoreName)) return {};
  fields.emplace_back("root", layout_.root);
  log_.info(0, std::string(why) + ": building a new one, what is published stays", fields);
  // One is enough: a check that fails in every pass must not fill the disk.
  if (keeps_old_store(root)) return discard(Layout::kStoreName);
  return root.rename(Layout::kStoreName, root, Layout::kOldStorePrefix + util::random_suffix());
}

Result<void> Root::discard(std::string_view name) const {
  GS_TRY([[maybe_unused]] const bool removed, rubbish_.discard(name));
  return {};
}

Result<void> Root::clear() const {
  log_.info(0, "root holds no tree of ours: clearing it", {{"root", layout_.root}});
  GS_TRY(const auto root, util::Folder::open(layout_.root));
  Result<void> cleared;
  GS_TRY_VOID(root.for_each_entry([&](std::string_view name) {
    // A dangling symlink may be our published link, whose tree is to be built again.
    const std::string path = root.path_of(name);
    const bool dangling = !util::exists(path) && root.read_link(name);
    if (!Layout::is_furniture(name) && !dangling) cleared = discard(name);
    return cleared ? util::Walk::kGoOn : util::Walk::kStop;
  }));
  return cleared;
}

Result<void> Root::claim_trees() const {
  GS_TRY(const auto root, util::Folder::open(layout_.root));
  GS_TRY(const auto info, root.info(Layout::kTreesName));
  if (info.kind == util::EntryKind::kNothing || info.kind == util::EntryKind::kDirectory) return {};
  log_.info(0, "removing what is in the place of the worktrees", {{"path", layout_.trees()}});
  return discard(Layout::kTreesName);
}

void Root::forget_old_stores() const {
  const auto root = util::Folder::open(layout_.root);
  if (!root) return;
  [[maybe_unused]] const auto listed = root->for_each_entry([&](std::string_view name) {
    if (!name.starts_with(Layout::kOldStorePrefix)) return util::Walk::kGoOn;
    if (const auto removed = discard(name); !removed) {
      log_.error("cannot remove a damaged repository", removed.error());
    }
    return util::Walk::kGoOn;
  });
}

}  // namespace gitsync::tree
