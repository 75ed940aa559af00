// SPDX-License-Identifier: Apache-2.0
// The ordinary repository in the root's .git: its health, its creation and its small duties
// (docs/contract.md#sanity, #update, #cleanup).

#pragma once

#include <string>

#include "cli/git.h"
#include "git/oid.h"

namespace gitsync::cli {

// --git-gc
enum class Gc { kOff, kAuto, kAlways, kAggressive };

// Thread-safety: none; belongs to the sync loop.
class Repository {
 public:
  // `root`: absolute, symlinks resolved. `git` outlives the repository.
  Repository(std::string root, const Git& git, log::Logger logger);

  // Whether the root is the top of a repository whose objects are connected. A damaged one is
  // false and logged as an error; an error means that it could not be found out.
  util::Result<bool> is_usable(const util::Limit& limit) const;
  // Creates .git with the private branch "git-sync".
  util::Result<void> init(const util::Limit& limit) const;
  // Makes `url` the remote "origin", against which relative submodule addresses resolve.
  util::Result<void> set_origin(const std::string& url, const util::Limit& limit) const;
  // Moves the private branch; touches no file and no index.
  util::Result<void> move_branch(const git::Oid& commit, const util::Limit& limit) const;
  // Makes the private branch unborn again.
  util::Result<void> forget_branch(const util::Limit& limit) const;
  // Forgets the addresses of submodules. All worktrees share them, and git prefers them to those of
  // a newer commit's .gitmodules and of another "origin".
  util::Result<void> forget_submodules(const util::Limit& limit) const;
  // Forgets worktrees whose directory is gone.
  util::Result<void> prune_worktrees(const util::Limit& limit) const;
  // Prune, expire reflogs, then gc as told: the old commits become unreachable only so.
  util::Result<void> collect_garbage(Gc mode, const util::Limit& limit) const;
  // Whether `directory`, a worktree, has `commit` checked out and its objects are connected.
  util::Result<bool> has_checked_out(const std::string& directory, const git::Oid& commit,
                                     const util::Limit& limit) const;

 private:
  util::Result<void> drop_outdated_graph() const;
  bool leads_here(const std::string& git_file) const;
  util::Result<bool> passes_fsck(const std::string& directory, const util::Limit& limit) const;

  const std::string root_;
  const Git& git_;
  const log::Logger log_;
};

}  // namespace gitsync::cli
