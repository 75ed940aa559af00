// SPDX-License-Identifier: Apache-2.0
// Remote over the git executable: the contract's own sequence (git-sync-compat.md 4.3).

#pragma once

#include "git/git.h"
#include "git/remote.h"

namespace gitsync::git {

class RemoteCli final : public Remote {
 public:
  // `git` outlives the remote.
  RemoteCli(RemoteOptions options, const Git& git, log::Logger logger);

  // Fetches at once, in one round trip to the server: git's fetch resolves and brings.
  util::Result<Oid> resolve(const util::Limit& limit) override;
  // Nothing is left to do after resolve().
  util::Result<void> fetch(const Oid& commit, const util::Limit& limit) override;

 private:
  util::Result<bool> is_shallow(const util::Limit& limit) const;
  util::Error explain(util::Error error, const util::Limit& limit);

  const RemoteOptions options_;
  const Git& git_;
  const log::Logger log_;
  bool names_offered_ = false;  // the nearest names were looked up since the last success
};

}  // namespace gitsync::git
