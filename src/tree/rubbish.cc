// SPDX-License-Identifier: Apache-2.0
#include "tree/rubbish.h"

#include <cerrno>
#include <utility>

#include "tree/wide_removal.h"
#include "util/paths.h"
#include "util/removal.h"
#include "util/remove_tree.h"

namespace gitsync::tree {

using util::Result;

namespace {

Result<std::size_t> retry_in(const util::Folder& root, std::string_view folder,
                             const util::RetryOptions& options) {
  if (!root.is_directory(folder)) return 0;
  GS_TRY(const auto opened, root.open_beneath(folder));
  const auto retried = util::retry_removals(opened, options);
  if (retried) return retried->removed;
  // Made by another user, who alone can remove what is in it.
  if (retried.error().sys_errno == EACCES) return 0;
  return util::fail(retried.error());
}

// Whatever else has its name would be in the way of everything that cannot be removed.
Result<util::Folder> open_aside(const util::Folder& root) {
  GS_TRY(const auto info, root.info(Layout::kAsideName));
  const bool in_the_way =
      info.kind != util::EntryKind::kNothing && info.kind != util::EntryKind::kDirectory;
  if (in_the_way) GS_TRY_VOID(root.remove_file(Layout::kAsideName));
  return root.make_directories(Layout::kAsideName, 0700);
}

}  // namespace

Rubbish::Rubbish(Layout layout, log::Logger logger)
    : layout_(std::move(layout)), log_(std::move(logger)) {}

Result<bool> Rubbish::discard(std::string_view path, const util::Limit& limit) const {
  GS_TRY(const auto root, util::Folder::open(layout_.root));
  const auto info = root.info(path);
  if (info && info->kind == util::EntryKind::kNothing) return true;
  GS_TRY(const auto parent, root.open_beneath(util::dir_name(path)));
  if (remove_wide(parent, util::base_name(path), layout_.calls_at_once(), limit)) return true;
  GS_TRY_VOID(limit.check());  // what was only interrupted goes by itself later
  GS_TRY(const auto aside, open_aside(root));
  GS_TRY(const auto removal,
         util::remove_or_set_aside(parent, util::base_name(path), aside, limit));
  if (!removal.trouble) return true;
  log_.error("cannot remove everything: putting the rest aside, to be tried again",
             *removal.trouble, {{"path", root.path_of(path)}, {"aside", removal.aside}});
  return false;
}

Result<bool> Rubbish::retry(const util::Limit& limit) const {
  GS_TRY(const auto root, util::Folder::open(layout_.root));
  GS_TRY(auto removed, retry_in(root, Layout::kAsideName, {.limit = limit}));
  // A directory of another owner cannot leave its parent.
  for (const std::string_view parent : {".", ".worktrees"}) {
    GS_TRY(const auto more, retry_in(root, parent, {.prefix = util::kAsidePrefix, .limit = limit}));
    removed += more;
  }
  if (const auto left = root.list(Layout::kAsideName); left && left->empty()) {
    GS_TRY_VOID(util::remove_tree(root, Layout::kAsideName));
  }
  return removed > 0;
}

bool Rubbish::is_empty() const {
  const auto root = util::Folder::open(layout_.root);
  if (!root) return false;
  bool empty = true;
  const auto listed = root->for_each_entry([&](std::string_view name) {
    empty = name != Layout::kAsideName && !name.starts_with(util::kAsidePrefix);
    return empty ? util::Walk::kGoOn : util::Walk::kStop;
  });
  return listed && empty;
}

}  // namespace gitsync::tree
