// SPDX-License-Identifier: Apache-2.0
#include "tree/pruner.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdint>
#include <limits>
#include <optional>

#include "util/duration.h"
#include "util/files.h"
#include "util/paths.h"
#include "util/stale.h"

namespace gitsync::tree {
namespace {

using util::Result;

// Time since the last modification; a symlink is followed. Wall clock, as the state must survive
// restarts; a clock that was set back makes the age negative, which only keeps the tree longer.
Result<std::chrono::nanoseconds> age_of(const std::string& path) {
  struct stat info{};
  if (util::despite_stale([&] { return ::stat(path.c_str(), &info); }) != 0)
    return util::fail(util::sys_error("stat " + path));
  // Any year may be set; nanoseconds since 1970 fit until 2262.
  constexpr std::int64_t kLastSecond = std::numeric_limits<std::int64_t>::max() / 1'000'000'000 - 1;
  const std::int64_t second = std::clamp<std::int64_t>(info.st_mtim.tv_sec, 0, kLastSecond);
  const auto modified =
      std::chrono::seconds(second) + std::chrono::nanoseconds(info.st_mtim.tv_nsec);
  return std::chrono::system_clock::now().time_since_epoch() - modified;
}

// Of what is in the root, never through a symlink. Nothing is made if it is gone.
Result<void> touch_directory(const std::string& root, const std::string& path) {
  GS_TRY(const auto folder, util::Folder::open(root));
  return folder.is_directory(path) ? folder.touch(path) : Result<void>{};
}

}  // namespace

Pruner::Pruner(Layout layout, std::chrono::nanoseconds stale_timeout, log::Logger logger,
               std::shared_ptr<const Leases> leases)
    : layout_(std::move(layout)),
      stale_timeout_(stale_timeout),
      log_(std::move(logger)),
      leases_(std::move(leases)),
      rubbish_(layout_, log_) {}

void Pruner::retire(const Published& old) const {
  if (!util::is_real_directory(old.tree)) return;
  if (util::is_within(layout_.trees(), old.tree)) {
    // What prune() looks at: of a tree that was set aside, the folder around it.
    const std::string rest = util::relative_path(layout_.trees(), old.tree);
    const std::string entry =
        std::string(Layout::kTreesName) + "/" + rest.substr(0, rest.find('/'));
    if (const auto touched = touch_directory(layout_.root, entry); !touched) {
      log_.error("cannot start the stale timer of the old worktree", touched.error());
    }
    return;
  }
  // The old layout kept trees directly in the root. Anything else is not ours to delete.
  const bool ours = old.revision && util::dir_name(old.tree) == layout_.root;
  if (!ours) return;
  log_.info(1, "removing worktree of the old layout", {{"path", old.tree}});
  if (const auto removed = rubbish_.discard(util::base_name(old.tree)); !removed) {
    log_.error("cannot remove the old worktree", removed.error(), {{"path", old.tree}});
  }
}

// Whether an entry of .worktrees has been stale for long enough.
bool Pruner::is_due(const std::string& path) const {
  const auto age = age_of(path);
  if (!age) {
    log_.error("cannot tell the age of a worktree entry, skipping it", age.error(),
               {{"path", path}});
    return false;
  }
  const bool due = stale_timeout_.count() <= 0 || *age > stale_timeout_;
  log_.info(4, due ? "removing stale worktree" : "worktree is not stale yet",
            {{"path", path}, {"age", util::format_duration(*age)}});
  return due;
}

// The bridge of set_aside(), after its tree was removed.
bool Pruner::is_useless_bridge(const std::string& path) const {
  const std::string bridge = util::read_link(path).value_or(std::nullopt).value_or("");
  return bridge.starts_with(Layout::kSuspectPrefix) && !util::exists(path);
}

// Removes one entry of .worktrees if it is due. Returns whether its objects are no longer needed:
// it is gone, or put aside, where nobody reads it.
Result<bool> Pruner::prune_entry(std::string_view name, const Published& current,
                                 const util::Limit& limit, const Heir& heir) const {
  const std::string path = layout_.trees() + "/" + std::string(name);
  if (util::is_within(path, current.tree) || name.starts_with(util::kAsidePrefix)) return false;
  if (leases_ && leases_->is_held(path)) return false;
  const bool bridge = is_useless_bridge(path);
  if (!bridge && !is_due(path)) return false;
  const auto revision = Revision::parse(name);
  if (heir && revision && heir({path, revision})) return true;
  GS_TRY([[maybe_unused]] const bool all_gone,
         rubbish_.discard(std::string(Layout::kTreesName) + "/" + std::string(name), limit));
  return !bridge;
}

Result<bool> Pruner::prune(const Published& current, const util::Limit& limit, const Heir& heir) {
  if (alone_ == current.tree && !seen_.has_changed()) return false;
  alone_.reset();
  seen_.forget();
  for (const auto& folder : {layout_.root, layout_.trees()}) seen_.add(folder);
  return prune_all(current, limit, heir);
}

Result<bool> Pruner::prune_all(const Published& current, const util::Limit& limit,
                               const Heir& heir) {
  GS_TRY(bool removed_any, rubbish_.retry(limit));
  GS_TRY(const auto root, util::Folder::open(layout_.root));
  // Never through a symlink, which would lead out of the root.
  if (!root.is_directory(Layout::kTreesName)) return removed_any;
  GS_TRY(const auto trees, root.open_beneath(Layout::kTreesName));
  std::optional<util::Error> first;
  bool is_alone = true;
  GS_TRY_VOID(trees.for_each_entry([&](std::string_view name) {
    if (!limit.check()) return util::Walk::kStop;
    is_alone = is_alone && layout_.trees() + "/" + std::string(name) == current.tree;
    const auto removed = prune_entry(name, current, limit, heir);
    if (!removed && !first) first = removed.error();
    removed_any = removed_any || removed.value_or(false);
    return util::Walk::kGoOn;
  }));
  GS_TRY_VOID(limit.check());
  if (first) return util::fail(std::move(*first));
  if (is_alone && rubbish_.is_empty()) alone_ = current.tree;
  return removed_any;
}

}  // namespace gitsync::tree
