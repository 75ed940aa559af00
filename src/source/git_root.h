// SPDX-License-Identifier: Apache-2.0
// Keeps the root a usable repository of git: creates it, repairs it, sets one that is damaged or
// not ours aside (docs/contract.md#sanity), and has git trust it.

#pragma once

#include <string>
#include <utility>

#include "cli/private_config.h"
#include "cli/store_config.h"
#include "source/git_ownership.h"
#include "source/repository_care.h"
#include "tree/root.h"
#include "util/watched.h"

namespace gitsync::source {

struct GitRootOptions {
  std::string repo_url;              // becomes the remote "origin"
  bool trust_foreign_owner = false;  // a repository of another user is ours, too
  cli::ConfigPairs own = {};         // see cli::Setup
};

// Thread-safety: none; belongs to the loop of one repository, under the root's turn.
class GitRoot {
 public:
  // The references outlive this. `git` gets settings that outrank those of the root.
  GitRoot(tree::Layout layout, GitRootOptions options, cli::Git& git, cli::PrivateConfig& config,
          log::Logger logger);

  // Afterwards the root is a repository. One that is damaged, or that somebody else has put there,
  // is set aside and made anew while the trees, and so whatever is published, stay; a root without
  // a tree of ours is emptied first. No git runs in a repository before it is known to be ours.
  // `published`: what the link points to, or nothing.
  util::Result<void> ensure_usable(const std::optional<tree::Published>& published,
                                   RepositoryCare& care, const util::Limit& limit);

  // Tells git to trust the root and its trees, whoever owns them, and `also` (empty: none).
  void trust(const std::string& also);

  // A new pass begins: nothing is known of the repository until ensure_usable().
  void forget() { checked_ = false; }
  // Whether the repository was looked at in this pass; git must not be run in it before.
  bool is_checked() const { return checked_; }
  // Whether another repository has taken the place of the one that ensure_usable() has left.
  bool was_replaced() const;
  // Whether the repository that is there now knows `tree`, and nobody else has put it there. From
  // ensure_usable() on.
  bool may_know(const std::string& tree) const;

 private:
  util::Result<void> refuse_source() const;
  util::Result<void> learn_owner();
  util::Result<void> look_closely(const std::optional<tree::Published>& published,
                                  RepositoryCare& care, const util::Limit& limit);
  bool is_as_left(const std::optional<tree::Published>& published, RepositoryCare& care) const;
  util::Result<bool> is_usable(const std::optional<tree::Published>& published,
                               RepositoryCare& care, const util::Limit& limit);
  std::optional<Stranger> find_stranger_in_store();
  util::Result<void> remove_stranger(const Stranger& stranger,
                                     const std::optional<tree::Published>& published);
  util::Result<void> make_anew(RepositoryCare& care, const util::Limit& limit);
  void apply_settings();
  void log_ignored(const std::vector<std::string>& keys) const;

  const tree::Layout layout_;
  const GitRootOptions options_;
  cli::Git& git_;
  cli::PrivateConfig& config_;
  const tree::Root root_;
  const log::Logger log_;
  cli::StoreConfig store_config_;
  std::optional<uid_t> ours_;         // the owner of our files; nothing: anybody
  dev_t learned_on_ = 0;              // the device on which that was found out
  cli::ConfigPairs overrides_;        // because of what the store says
  std::vector<std::string> ignored_;  // the keys of the store that were logged last
  std::vector<std::string> trusted_;  // directories
  bool checked_ = false;
  util::Watched seen_;               // what ensure_usable() goes by
  bool shows_strangers_ = false;     // seen_
  std::optional<std::string> left_;  // the tree that was published when all was well with it
  std::pair<dev_t, ino_t> store_{};  // which folder ensure_usable() has left
  bool trust_failed_ = false;        // and was logged
  bool files_missing_ = false;       // of the private configuration, which was logged
};

}  // namespace gitsync::source
