// SPDX-License-Identifier: Apache-2.0
// The one seam of a pass: all that knows git, a bucket or a registry. A pass calls its steps in the
// order in which they stand here (sync/pass.cc); everything else in a pass is the same for all.
//
// A source keeps its own things in Layout::store() and writes trees below Layout::trees(). It never
// touches the published link, nor a tree that the link shows, except in restore().

#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>

#include "tree/draft.h"
#include "tree/publisher.h"
#include "tree/revision.h"
#include "tree/turn.h"
#include "util/environment.h"
#include "util/error.h"
#include "util/event.h"

namespace gitsync::source {

struct Resolved {
  tree::Revision revision;
  // What was asked for can never name anything else, as a full hash: the loop idles once it is
  // published.
  bool immutable = false;
};

// How closely inspect() looks.
enum class Depth {
  kPoll,   // at each poll of a tree that this process has published or confirmed
  kStart,  // at the first pass of a process
};

enum class Health { kWhole, kDamaged };

// For logs, status and snapshots. UTF-8 is not promised: texts are as their author wrote them.
struct About {
  std::chrono::sys_seconds time;
  std::string author;
  std::string subject;  // one line
};

enum class Urgency {
  kRoutine,   // after a good pass
  kDiskFull,  // a pass found the disk full: free the room that only its own revision took
};

// Errors: an operation that fails leaves what is published as it was, and whole. All operations
// return kTimeout and kStopped when the limit says so, within the time that a child needs to be
// killed. Thread-safety: none; a source belongs to the loop of one repository.
class Source {
 public:
  virtual ~Source() = default;

  // Makes the store ready: creates it, repairs it, or sets a damaged one aside. A root is cleared
  // only if nothing in it is ours. `shown`: what the link points to, or nothing.
  virtual util::Result<void> open(const std::optional<tree::Published>& shown,
                                  const util::Limit& limit) = 0;

  // Which revision is wanted now? May fetch it ahead.
  // Errors: kNetwork, kAuth, kNotFound, kProtocol, kLocal.
  virtual util::Result<Resolved> resolve(const util::Limit& limit) = 0;

  // Whether `shown`, which claims to be a tree of `shown.revision`, still is one. An error means
  // that it could not be found out, which proves nothing.
  virtual util::Result<Health> inspect(const tree::Published& shown, Depth depth,
                                       const util::Limit& limit) = 0;

  // Reverts edits of the source's own files in place; files that are nobody's stay.
  virtual util::Result<void> restore(const tree::Published& shown, const util::Limit& limit) = 0;

  // Builds a complete tree beside the published one, with the name of the revision that it really
  // is. `base`: a whole tree of an earlier revision to start from, or nothing. `turn`, which
  // outlives the draft, is asked before anything in `.worktrees` is removed.
  // Errors: kMoved if `wanted` is no longer to be had, so that resolve() should be asked again.
  virtual util::Result<tree::Draft> materialize(const Resolved& wanted, const tree::Published* base,
                                                const tree::Turn& turn,
                                                const util::Limit& limit) = 0;

  // What there is to say about a revision that was materialized.
  virtual util::Result<About> describe(const tree::Revision& revision,
                                       const util::Limit& limit) = 0;

  // Frees what no revision of `keep` needs. The first one is what is published.
  virtual util::Result<void> reclaim(std::span<const tree::Revision> keep, Urgency urgency,
                                     const util::Limit& limit) = 0;

  // Offered what is superseded and would be deleted now: true if the source has taken it away, to
  // make later trees from it. `shown`: what is published.
  virtual bool take_superseded(const tree::Published& old, const tree::Published& shown,
                               const util::Limit& limit);

  // After each good pass, still in its turn: what makes the next update cheaper. Failures are
  // logged.
  virtual void prepare_next(const tree::Published& shown, const util::Limit& limit);

  // The pause between two passes, outside the turn: returns at the deadline of `limit` (later if a
  // server wants to be left alone), at its stop, at `wake`, or when the source knows of a change.
  virtual void wait_for_change(const util::Limit& limit, const util::Event& wake);

  // What hooks find in their environment, but for the variables of the hook itself.
  virtual const util::Environment& hook_environment() const = 0;
};

}  // namespace gitsync::source
