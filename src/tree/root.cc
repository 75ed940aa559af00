// SPDX-License-Identifier: Apache-2.0
#include "tree/root.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "util/files.h"
#include "util/paths.h"

namespace gitsync::tree {

using util::Result;

Root::Root(Layout layout, log::Logger logger)
    : layout_(std::move(layout)), log_(std::move(logger)) {}

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

Result<void> Root::set_store_aside(std::string_view why, log::Fields fields) const {
  fields.emplace_back("root", layout_.root);
  log_.info(0, std::string(why) + ": building a new one, what is published stays", fields);
  // One is enough: a check that fails in every pass must not fill the disk. But what another user
  // has put there can often be moved and not removed.
  if (keeps_old_store() && util::remove_tree(layout_.store())) return {};
  const std::string old = layout_.root + "/" + Layout::kOldStorePrefix + util::random_suffix();
  if (std::rename(layout_.store().c_str(), old.c_str()) != 0 && errno != ENOENT) {
    return util::fail(util::sys_error("set aside " + layout_.store()));
  }
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
    GS_TRY_VOID(util::remove_tree(path));
  }
  return {};
}

Result<void> Root::claim_trees() const {
  struct stat info{};
  if (::lstat(layout_.trees().c_str(), &info) != 0 || S_ISDIR(info.st_mode)) return {};
  log_.info(0, "removing what is in the place of the worktrees", {{"path", layout_.trees()}});
  return util::remove_tree(layout_.trees());
}

void Root::forget_old_stores() const {
  const auto names = util::list_directory(layout_.root);
  if (!names) return;
  for (const auto& name : *names) {
    if (!name.starts_with(Layout::kOldStorePrefix)) continue;
    if (const auto removed = util::remove_tree(layout_.root + "/" + name); !removed) {
      log_.error("cannot remove a damaged repository", removed.error());
    }
  }
}

}  // namespace gitsync::tree
