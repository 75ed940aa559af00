// SPDX-License-Identifier: Apache-2.0
// Checkout over the git executable: the contract's own sequence (git-sync-compat.md 4.5).

#pragma once

#include <cstdint>
#include <string>

#include "git/git.h"
#include "git/repository.h"
#include "worktree/checkout.h"
#include "worktree/layout.h"

namespace gitsync::worktree {

// --submodules
enum class Submodules { kOff, kShallow, kRecursive };

struct CheckoutOptions {
  std::string sparse_checkout_file;  // absolute; empty: whole tree
  Submodules submodules = Submodules::kRecursive;
  std::int64_t depth = 1;  // of submodules; 0: whole history
};

class CheckoutCli final : public Checkout {
 public:
  // `git` and `repository` outlive the checkout.
  CheckoutCli(Layout layout, CheckoutOptions options, const git::Git& git,
              const git::Repository& repository, log::Logger logger);

  util::Result<void> check_settings() const override;
  util::Result<bool> is_whole(const git::Oid& commit, const util::Limit& limit) const override;
  util::Result<void> prepare(const git::Oid& commit, Build build,
                             const util::Limit& limit) override;

 private:
  util::Result<void> add_worktree(const git::Oid& commit, const util::Limit& limit) const;
  util::Result<void> configure(const git::Oid& commit, const util::Limit& limit) const;
  util::Result<void> configure_sparse(const git::Oid& commit, const util::Limit& limit) const;
  util::Result<void> update_submodules(const git::Oid& commit, const util::Limit& limit) const;

  const Layout layout_;
  const CheckoutOptions options_;
  const git::Git& git_;
  const git::Repository& repository_;
  const log::Logger log_;
};

}  // namespace gitsync::worktree
