// SPDX-License-Identifier: Apache-2.0
// The objects of a commit, by one request over what the question about its ref has left open, and
// without a process (docs/design.md#fetch).

#pragma once

#include <cstdint>

#include "git/object_id.h"
#include "git/object_store.h"
#include "git/pack_observer.h"
#include "log/logger.h"
#include "source/pack_arrival.h"
#include "source/transport.h"
#include "tree/layout.h"
#include "util/error.h"
#include "util/event.h"

namespace gitsync::source {

// Thread-safety: none; belongs to the loop of one repository, under the root's turn.
class NativeFetcher {
 public:
  // `depth`: how many commits of history; 0: all.
  NativeFetcher(tree::Layout layout, std::int64_t depth, log::Logger logger);

  // Afterwards the repository has `wanted` and what it reaches within the depth. `there`: a commit
  // of which it should have as much already, or null. Until a ref leads to it, it is to be held.
  // `observer`, which may be null, is told of the objects while they arrive.
  // Errors: those of Transport::fetch() and git::PackReceiver; the repository is as it was.
  util::Result<PackHold> fetch(Transport& server, const git::ObjectId& wanted,
                               const git::ObjectId* there, git::PackObserver* observer,
                               const util::Limit& limit) const;

 private:
  util::Result<git::FetchRequest> request_for(const git::ObjectId& wanted,
                                              const git::ObjectId* there) const;
  // `bases`: of the deltas of a thin pack; null if the request is for none.
  util::Result<PackHold> attempt(Transport& server, const git::FetchRequest& request,
                                 git::ObjectStore* bases, git::PackObserver* observer,
                                 const util::Limit& limit) const;

  const tree::Layout layout_;
  const std::int64_t depth_;
  const log::Logger log_;
};

}  // namespace gitsync::source
