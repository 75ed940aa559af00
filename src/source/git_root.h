// SPDX-License-Identifier: Apache-2.0
// Keeps the root a usable repository of git: creates it, repairs it, sets a damaged one aside
// (git-sync-compat.md 4.2), and has git trust it.

#pragma once

#include <string>

#include "cli/private_config.h"
#include "cli/repository.h"
#include "tree/root.h"

namespace gitsync::source {

// Thread-safety: none; belongs to the loop of one repository, under the root's turn.
class GitRoot {
 public:
  // The references outlive this. `repo_url` becomes the remote "origin".
  GitRoot(tree::Layout layout, std::string repo_url, const cli::Repository& repository,
          cli::PrivateConfig& config, log::Logger logger);

  // Afterwards the root is a repository. A damaged .git is set aside and made anew while the
  // trees, and so whatever is published, stay; a root without a tree of ours is emptied first.
  // `published`: what the link points to, or nothing.
  util::Result<void> ensure_usable(const std::optional<tree::Published>& published,
                                   const util::Limit& limit);

  // Tells git to trust the root and its trees, whoever owns them, and `also` (empty: none).
  util::Result<void> trust(const std::string& also);

 private:
  util::Result<void> refuse_source() const;
  util::Result<void> make_anew(const util::Limit& limit) const;

  const tree::Layout layout_;
  const std::string repo_url_;
  const cli::Repository& repository_;
  cli::PrivateConfig& config_;
  const tree::Root root_;
};

}  // namespace gitsync::source
