// SPDX-License-Identifier: Apache-2.0
// Steps one and two of a sync: what does the ref name at the remote, and bring it here.
// Implementations: remote_cli.cc, which drives the git executable; the native one comes later.

#pragma once

#include <cstdint>
#include <string>

#include "git/oid.h"
#include "util/error.h"
#include "util/event.h"

namespace gitsync::git {

struct RemoteOptions {
  std::string url;         // without userinfo
  std::string ref;         // as the user gave it
  std::int64_t depth = 1;  // 0: whole history
  std::string filter;      // partial clone filter; empty: none
  std::string root;        // the repository to fetch into
};

// Thread-safety: none; belongs to the sync loop.
class Remote {
 public:
  virtual ~Remote() = default;

  // The commit that the ref names now; an annotated tag is peeled.
  // Errors: kNetwork, kAuth, kNotFound, kTimeout, kStopped, kProtocol, kLocal. Nothing that is
  // published changes.
  virtual util::Result<Oid> resolve(const util::Limit& limit) = 0;

  // Makes the commit that resolve() returned, with its history to the wanted depth, complete in
  // the repository.
  virtual util::Result<void> fetch(const Oid& commit, const util::Limit& limit) = 0;
};

}  // namespace gitsync::git
