// SPDX-License-Identifier: Apache-2.0
// One pass over one repository: ask, build, publish, tell, tidy (docs/contract.md#loop). Called by
// sync/loop.cc. pass.cc is the story; its steps are in source/source.h, tree/publisher.h,
// sync/notifier.h and sync/finisher.h.

#pragma once

#include <cstdint>
#include <optional>

#include "auth/credentials.h"
#include "source/source.h"
#include "sync/disk_full.h"
#include "sync/finisher.h"
#include "sync/notifier.h"
#include "sync/pass_options.h"
#include "sync/report.h"
#include "tree/publisher.h"
#include "tree/root.h"
#include "tree/turn.h"

namespace gitsync::sync {

// What belongs to the repository, and outlives the pass.
struct PassParts {
  source::Source& source;
  auth::Credentials& credentials;
  metrics::Metrics& metrics;
  Notifier& notifier;
};

// Thread-safety: none; one thread per repository.
class Pass {
 public:
  Pass(PassOptions options, const PassParts& parts, log::Logger logger);

  // On failure the published tree is what it was, and whole.
  util::Result<Report> run(const util::Limit& limit);

 private:
  // What one run has found out so far.
  struct Findings {
    const tree::Turn& turn;
    util::SteadyClock::time_point start = util::SteadyClock::now();
    std::optional<tree::Published> shown = {};
    std::optional<source::Resolved> wanted = {};
    Report report = {};
  };

  util::Result<Report> run_steps(Findings& now, const util::Limit& limit);
  util::Result<void> open(Findings& now, const util::Limit& limit);
  util::Result<void> resolve(Findings& now, const util::Limit& limit);
  util::Result<bool> shows_what_is_wanted(Findings& now, const util::Limit& limit);
  util::Result<void> restore(Findings& now, const util::Limit& limit);
  util::Result<tree::Draft> materialize(Findings& now, const util::Limit& limit);
  util::Result<void> publish(Findings& now, tree::Draft draft);
  void offer_snapshot(const Findings& now, const util::Limit& limit);
  Report finish(Findings& now, Outcome outcome, const util::Limit& limit);

  log::Fields state_of(const Findings& now) const;
  util::Result<void> make_place(const Findings& now);

  const PassOptions options_;
  source::Source& source_;
  auth::Credentials& credentials_;
  metrics::Metrics& metrics_;
  Notifier& notifier_;
  const log::Logger log_;
  tree::Turns turns_;
  const tree::Root root_;
  tree::Publisher publisher_;
  DiskFull disk_full_;
  Finisher finisher_;
  bool first_ = true;           // until this process has succeeded
  bool owes_snapshot_ = false;  // of what is shown
  std::int64_t updates_ = 0;    // for the log
};

}  // namespace gitsync::sync
