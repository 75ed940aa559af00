// SPDX-License-Identifier: Apache-2.0
#include "git/ref_list.h"

#include <algorithm>
#include <set>

#include "git/not_understood.h"
#include "git/packed_refs.h"
#include "git/ref_name.h"
#include "git/ref_store.h"
#include "util/folder.h"

namespace gitsync::git {

using util::Result;

namespace {

constexpr std::string_view kWorktrees = "worktrees";
constexpr int kDeepest = 64;  // folders

class Lister {
 public:
  // Of one folder: the repository's or a worktree's.
  Result<void> add(const std::string& git_dir) {
    GS_TRY(const auto refs, RefStore::open(git_dir));
    GS_TRY(const auto folder, util::Folder::open(git_dir));
    GS_TRY_VOID(take(refs, "HEAD"));
    return add_files(refs, folder, "refs", 0);
  }

  // After add(): a ref in a file of its own hides the one in packed-refs.
  Result<void> add_packed(const std::string& git_dir) {
    GS_TRY(const auto folder, util::Folder::open(git_dir));
    return for_each_packed_ref(folder, [&](const PackedRef& ref) {
      if (!names_.contains(ref.name)) ids_.push_back(ref.id);
      return util::Walk::kGoOn;
    });
  }

  std::vector<ObjectId> finish() {
    std::ranges::sort(ids_);
    const auto twice = std::ranges::unique(ids_);
    ids_.erase(twice.begin(), twice.end());
    return std::move(ids_);
  }

 private:
  Result<void> take(const RefStore& refs, const std::string& name) {
    GS_TRY(const auto id, refs.resolve(name));
    if (id) ids_.push_back(*id);
    return {};
  }

  Result<void> add_files(const RefStore& refs, const util::Folder& top, const std::string& path,
                         int depth) {
    if (depth > kDeepest) return not_understood("refs in too many folders");
    const auto names = top.list(path);
    if (!names && names.error().kind == util::ErrorKind::kNotFound) return {};
    if (!names) return util::fail(names.error());
    for (const auto& name : *names) {
      const std::string below = std::string(path).append("/").append(name);
      if (top.is_directory(below)) {
        GS_TRY_VOID(add_files(refs, top, below, depth + 1));
      } else if (!name.ends_with(".lock")) {
        if (!is_ref_name(below)) return not_understood(top.path_of(below) + " is no ref");
        names_.insert(below);
        GS_TRY_VOID(take(refs, below));
      }
    }
    return {};
  }

  std::vector<ObjectId> ids_;
  std::set<std::string> names_;
};

}  // namespace

Result<std::vector<ObjectId>> list_ref_targets(const std::string& git_dir) {
  Lister lister;
  GS_TRY_VOID(lister.add(git_dir));
  GS_TRY_VOID(lister.add_packed(git_dir));
  GS_TRY(const auto folder, util::Folder::open(git_dir));
  const auto worktrees = folder.list(kWorktrees);
  if (!worktrees && worktrees.error().kind != util::ErrorKind::kNotFound) {
    return util::fail(worktrees.error());
  }
  for (const auto& name : worktrees.value_or(std::vector<std::string>{})) {
    const std::string below = std::string(kWorktrees) + "/" + name;
    // git takes nothing else for a worktree.
    if (!folder.exists(below + "/commondir")) continue;
    GS_TRY_VOID(lister.add(std::string(git_dir).append("/").append(below)));
  }
  return lister.finish();
}

}  // namespace gitsync::git
