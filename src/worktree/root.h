// SPDX-License-Identifier: Apache-2.0
// Keeps the root usable: creates it, repairs it, and clears it only if nothing in it is ours
// (git-sync-compat.md 4.2).

#pragma once

#include <string>

#include "git/private_config.h"
#include "git/repository.h"
#include "worktree/layout.h"
#include "worktree/publisher.h"

namespace gitsync::worktree {

// Thread-safety: none; belongs to the sync loop, under the root's lock.
class Root {
 public:
  // The references outlive the root. `repo_url` becomes the remote "origin".
  Root(Layout layout, std::string repo_url, const git::Repository& repository,
       git::PrivateConfig& config, log::Logger logger);

  // Afterwards the root is a repository. A damaged .git is set aside and made anew while the
  // trees, and so whatever is published, stay; a root without a tree of ours is emptied first.
  // `published`: what the link points to, or nothing.
  util::Result<void> ensure_usable(const std::optional<Published>& published,
                                   const util::Limit& limit);

  // Tells git to trust the root and its trees, whoever owns them, and `also` (empty: none).
  util::Result<void> trust(const std::string& also);

  // Removes a symlink or file in the place of `.worktrees`: building and deleting below it would
  // happen outside the root.
  util::Result<void> claim_trees() const;

  // Removes what ensure_usable() set aside, now that its replacement is published.
  void forget_old_repositories() const;

 private:
  util::Result<void> refuse_source() const;
  util::Result<bool> is_empty() const;
  bool holds_our_trees(const std::optional<Published>& published) const;
  bool keeps_old_repository() const;
  util::Result<void> set_repository_aside() const;
  util::Result<void> clear() const;

  const Layout layout_;
  const std::string repo_url_;
  const git::Repository& repository_;
  git::PrivateConfig& config_;
  const log::Logger log_;
};

}  // namespace gitsync::worktree
