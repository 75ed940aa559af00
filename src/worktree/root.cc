// SPDX-License-Identifier: Apache-2.0
#include "worktree/root.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>

#include "util/files.h"
#include "util/paths.h"
#include "worktree/local_repository.h"

namespace gitsync::worktree {

using util::Result;

Root::Root(Layout layout, std::string repo_url, const git::Repository& repository,
           git::PrivateConfig& config, log::Logger logger)
    : layout_(std::move(layout)),
      repo_url_(std::move(repo_url)),
      repository_(repository),
      config_(config),
      log_(std::move(logger)) {}

Result<void> Root::trust(const std::string& also) {
  // root/* stands for all below since git 2.46; before, each tree needs its own line.
  std::vector<std::string> directories{layout_.root, layout_.root + "/*"};
  if (const auto trees = util::list_directory(layout_.trees())) {
    for (const auto& name : *trees) {
      if (git::Oid::parse(name)) directories.push_back(layout_.trees() + "/" + name);
    }
  }
  if (!also.empty()) directories.push_back(also);
  for (auto& path : local_repository_paths(repo_url_, layout_.root)) {
    directories.push_back(std::move(path));
  }
  return config_.trust(directories);
}

Result<void> Root::ensure_usable(const std::optional<Published>& published,
                                 const util::Limit& limit) {
  GS_TRY_VOID(refuse_source());
  GS_TRY_VOID(trust(published ? published->tree : ""));
  GS_TRY(const bool empty, is_empty());
  if (!empty) {
    GS_TRY(const bool usable, repository_.is_usable(limit));
    if (usable) return repository_.set_origin(repo_url_, limit);
    if (holds_our_trees(published)) {
      GS_TRY_VOID(set_repository_aside());
    } else {
      GS_TRY_VOID(clear());
    }
  }
  GS_TRY_VOID(repository_.init(limit));
  GS_TRY(const bool usable, repository_.is_usable(limit));
  if (!usable) {
    return util::fail(util::ErrorKind::kLocal,
                      "root " + layout_.root + " is not usable even after a fresh git init");
  }
  return repository_.set_origin(repo_url_, limit);
}

// Clearing the root would delete the repository that is to be synced, and using it would change it.
Result<void> Root::refuse_source() const {
  if (layout_.root == "/") {
    return util::fail(util::ErrorKind::kLocal, "--root must not be the root of the file system");
  }
  for (const auto& path : local_repository_paths(repo_url_, layout_.root)) {
    const auto real = util::real_path(path);
    if (!real || !util::is_within(layout_.root, *real)) continue;
    util::Error error{util::ErrorKind::kLocal,
                      "--root " + layout_.root + " holds the repository to sync, " + *real};
    error.hint = "choose a --root that is a directory of its own";
    return util::fail(std::move(error));
  }
  return {};
}

Result<bool> Root::is_empty() const {
  GS_TRY(const auto names, util::list_directory(layout_.root));
  for (const auto& name : names) {
    if (!Layout::is_furniture(name)) return false;
  }
  return true;
}

bool Root::holds_our_trees(const std::optional<Published>& published) const {
  if (published && published->commit && util::is_within(layout_.root, published->tree) &&
      util::is_directory(published->tree)) {
    return true;
  }
  const auto trees = util::list_directory(layout_.trees());
  return trees && std::ranges::any_of(*trees, [this](const std::string& name) {
           return git::Oid::parse(name) && util::is_directory(layout_.trees() + "/" + name);
         });
}

bool Root::keeps_old_repository() const {
  const auto names = util::list_directory(layout_.root);
  return names && std::ranges::any_of(*names, [](const std::string& name) {
           return name.starts_with(Layout::kOldGitPrefix);
         });
}

Result<void> Root::set_repository_aside() const {
  // One is enough: a check that fails in every pass must not fill the disk.
  if (keeps_old_repository()) return util::remove_tree(layout_.git_dir());
  const std::string old = layout_.root + "/" + Layout::kOldGitPrefix + util::random_suffix();
  if (std::rename(layout_.git_dir().c_str(), old.c_str()) != 0 && errno != ENOENT) {
    return util::fail(util::sys_error("set aside the damaged " + layout_.git_dir()));
  }
  log_.info(0, "repository is damaged: building a new one, what is published stays",
            {{"root", layout_.root}});
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

void Root::forget_old_repositories() const {
  const auto names = util::list_directory(layout_.root);
  if (!names) return;
  for (const auto& name : *names) {
    if (!name.starts_with(Layout::kOldGitPrefix)) continue;
    if (const auto removed = util::remove_tree(layout_.root + "/" + name); !removed) {
      log_.error("cannot remove a damaged repository", removed.error());
    }
  }
}

}  // namespace gitsync::worktree
