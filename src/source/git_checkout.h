// SPDX-License-Identifier: Apache-2.0
// A complete tree of a commit by the git executable: the contract's own sequence
// (docs/contract.md#update).

#pragma once

#include <cstdint>
#include <string>

#include "cli/git.h"
#include "cli/repository.h"
#include "tree/layout.h"
#include "tree/rubbish.h"

namespace gitsync::source {

// --submodules
enum class Submodules { kOff, kShallow, kRecursive };

struct GitCheckoutOptions {
  std::string sparse_checkout_file;  // absolute; empty: whole tree
  Submodules submodules = Submodules::kRecursive;
  std::int64_t depth = 1;  // of submodules; 0: whole history
};

enum class Build {
  kFresh,    // a new directory; whatever is there is removed first
  kRefresh,  // the tree that is there: tracked edits reverted, untracked files kept
};

// Thread-safety: none; belongs to the loop of one repository, under the root's turn.
class GitCheckout {
 public:
  // `git` and `repository` outlive the checkout.
  GitCheckout(tree::Layout layout, GitCheckoutOptions options, const cli::Git& git,
              const cli::Repository& repository, log::Logger logger);

  // Fails if a setting cannot be followed (a file that it names is not readable). Changes nothing.
  util::Result<void> check_settings() const;

  // Whether `.worktrees/<commit>` is a tree as prepare() leaves it with these settings, with
  // nothing changed or added; false also where that would take long to tell (submodules).
  util::Result<bool> is_whole(const git::Oid& commit, const util::Limit& limit) const;

  // Afterwards `.worktrees/<commit>` is the whole tree, submodules included, and a worktree of
  // the repository.
  util::Result<void> prepare(const git::Oid& commit, Build build, const util::Limit& limit) const;

  std::string path_of(const git::Oid& commit) const { return layout_.trees() + "/" + commit.hex(); }

 private:
  // git's own data of a worktree.
  std::string metadata_of(const git::Oid& commit) const {
    return layout_.root + "/" + metadata_name(commit);
  }
  static std::string metadata_name(const git::Oid& commit) {
    return std::string(tree::Layout::kStoreName) + "/worktrees/" + commit.hex();
  }
  util::Result<void> add_worktree(const git::Oid& commit, const util::Limit& limit) const;
  util::Result<void> configure(const git::Oid& commit, const util::Limit& limit) const;
  util::Result<void> configure_sparse(const git::Oid& commit, const util::Limit& limit) const;
  util::Result<void> update_submodules(const git::Oid& commit, const util::Limit& limit) const;

  const tree::Layout layout_;
  const GitCheckoutOptions options_;
  const cli::Git& git_;
  const cli::Repository& repository_;
  const log::Logger log_;
  const tree::Rubbish rubbish_;
};

}  // namespace gitsync::source
