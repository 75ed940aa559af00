// SPDX-License-Identifier: Apache-2.0
#include "cli/git_dirs.h"

#include "util/files.h"

namespace gitsync::cli {
namespace {

using util::Result;

// Whole trees of submodules in many worktrees stay far below both.
constexpr std::size_t kMost = 20000;
constexpr int kDeepest = 40;

class Finder {
 public:
  Result<void> add(const std::string& path, GitDir::Kind kind, int depth) {
    if (found.size() >= kMost || depth > kDeepest) {
      return util::fail(util::ErrorKind::kInvalid, "too many folders of git below " + path);
    }
    found.push_back({path, kind});
    GS_TRY_VOID(add_each(path + "/worktrees", GitDir::Kind::kWorktree, depth + 1));
    return add_submodules(path + "/modules", depth + 1);
  }

  std::vector<GitDir> found;

 private:
  Result<void> add_each(const std::string& folder, GitDir::Kind kind, int depth) {
    if (!util::is_real_directory(folder)) return {};
    GS_TRY(const auto names, util::list_directory(folder));
    const std::string way = folder + "/";
    for (const auto& name : names) {
      const std::string path = way + name;
      if (util::is_real_directory(path)) GS_TRY_VOID(add(path, kind, depth));
    }
    return {};
  }

  // A submodule's name may have slashes.
  Result<void> add_submodules(const std::string& folder, int depth) {
    if (!util::is_real_directory(folder)) return {};
    if (depth > kDeepest) return add(folder, GitDir::Kind::kSubmodule, depth);
    GS_TRY(const auto names, util::list_directory(folder));
    const std::string way = folder + "/";
    for (const auto& name : names) {
      const std::string path = way + name;
      if (!util::is_real_directory(path)) continue;
      if (util::exists(path + "/HEAD")) {
        GS_TRY_VOID(add(path, GitDir::Kind::kSubmodule, depth));
      } else {
        GS_TRY_VOID(add_submodules(path, depth + 1));
      }
    }
    return {};
  }
};

}  // namespace

Result<std::vector<GitDir>> find_git_dirs(const std::string& store) {
  Finder finder;
  GS_TRY_VOID(finder.add(store, GitDir::Kind::kMain, 0));
  return std::move(finder.found);
}

}  // namespace gitsync::cli
