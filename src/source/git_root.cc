// SPDX-License-Identifier: Apache-2.0
#include "source/git_root.h"

#include <vector>

#include "cli/local_repository.h"
#include "git/oid.h"
#include "util/files.h"
#include "util/paths.h"

namespace gitsync::source {

using util::Result;

GitRoot::GitRoot(tree::Layout layout, std::string repo_url, const cli::Repository& repository,
                 cli::PrivateConfig& config, log::Logger logger)
    : layout_(std::move(layout)),
      repo_url_(std::move(repo_url)),
      repository_(repository),
      config_(config),
      root_(layout_, std::move(logger)) {}

Result<void> GitRoot::trust(const std::string& also) {
  // root/* stands for all below since git 2.46; before, each tree needs its own line.
  std::vector<std::string> directories{layout_.root, layout_.root + "/*"};
  if (const auto trees = util::list_directory(layout_.trees())) {
    for (const auto& name : *trees) {
      if (git::Oid::parse(name)) directories.push_back(layout_.trees() + "/" + name);
    }
  }
  if (!also.empty()) directories.push_back(also);
  for (auto& path : cli::local_repository_paths(repo_url_, layout_.root)) {
    directories.push_back(std::move(path));
  }
  return config_.trust(directories);
}

Result<void> GitRoot::ensure_usable(const std::optional<tree::Published>& published,
                                    const util::Limit& limit) {
  GS_TRY_VOID(refuse_source());
  GS_TRY_VOID(trust(published ? published->tree : ""));
  GS_TRY(const bool empty, root_.is_empty());
  bool usable = false;
  if (!empty) {
    GS_TRY(usable, repository_.is_usable(limit));
    if (!usable) {
      GS_TRY_VOID(root_.holds_our_trees(published) ? root_.set_store_aside() : root_.clear());
    }
  }
  if (!usable) GS_TRY_VOID(make_anew(limit));
  return repository_.set_origin(repo_url_, limit);
}

Result<void> GitRoot::make_anew(const util::Limit& limit) const {
  GS_TRY_VOID(repository_.init(limit));
  GS_TRY(const bool usable, repository_.is_usable(limit));
  if (usable) return {};
  return util::fail(util::ErrorKind::kLocal,
                    "root " + layout_.root + " is not usable even after a fresh git init");
}

// Clearing the root would delete the repository that is to be synced, and using it would change it.
Result<void> GitRoot::refuse_source() const {
  if (layout_.root == "/") {
    return util::fail(util::ErrorKind::kLocal, "--root must not be the root of the file system");
  }
  for (const auto& path : cli::local_repository_paths(repo_url_, layout_.root)) {
    const auto real = util::real_path(path);
    if (!real || !util::is_within(layout_.root, *real)) continue;
    util::Error error{util::ErrorKind::kLocal,
                      "--root " + layout_.root + " holds the repository to sync, " + *real};
    error.hint = "choose a --root that is a directory of its own";
    return util::fail(std::move(error));
  }
  return {};
}

}  // namespace gitsync::source
