// SPDX-License-Identifier: Apache-2.0
// The story of one pass. What each step does in detail: pass_steps.cc.
#include "sync/pass.h"

namespace gitsync::sync {

using util::Result;

Result<Report> Pass::run(const util::Limit& limit) {
  constexpr int kMostMoves = 3;
  GS_TRY([[maybe_unused]] const auto credentials, credentials_.for_pass(limit));
  GS_TRY(const auto turn, turns_.take(limit));
  for (int moves = 0;; ++moves) {
    Findings now{.turn = turn};
    auto report = run_steps(now, limit);
    if (report) return report;
    // What was wanted was replaced while it was fetched.
    if (report.error().kind == util::ErrorKind::kMoved && moves < kMostMoves) continue;
    const auto wanted = now.wanted ? std::optional(now.wanted->revision) : std::nullopt;
    disk_full_.relieve(report.error(), wanted, now.shown, turn, limit);
    return report;
  }
}

Result<Report> Pass::run_steps(Findings& now, const util::Limit& limit) {
  GS_TRY_VOID(open(now, limit));

  // Ask. On most polls this is all that happens.
  GS_TRY_VOID(resolve(now, limit));
  GS_TRY(const bool up_to_date, shows_what_is_wanted(now, limit));
  if (up_to_date && !first_) return finish(now, Outcome::kUnchanged, limit);
  if (up_to_date) {
    GS_TRY_VOID(restore(now, limit));
    return finish(now, Outcome::kConfirmed, limit);
  }

  // Build beside the live tree, then show it by one rename(2).
  GS_TRY(auto draft, materialize(now, limit));
  notifier_.about_to_publish(draft.revision());
  GS_TRY_VOID(publish(now, std::move(draft)));
  return finish(now, Outcome::kPublished, limit);
}

// Tells, then tidies, at the end of every good pass: trees also go stale while nothing changes.
// What cannot be tidied is logged; it does not undo the pass.
Report Pass::finish(Findings& now, Outcome outcome, const util::Limit& limit) {
  now.report.outcome = outcome;
  if (outcome != Outcome::kUnchanged) {
    notifier_.published(now.report.revision);
    log_.info(
        0, "updated successfully",
        {{"ref", options_.ref}, {"remote", now.report.revision.id}, {"syncCount", ++updates_}});
    owes_snapshot_ = true;
    root_.forget_old_stores();
  }
  if (owes_snapshot_) offer_snapshot(now, limit);
  now.report.owes_snapshot = owes_snapshot_;
  if (first_ && notifier_.on_ready) notifier_.on_ready();
  first_ = false;
  disk_full_.forget();
  finisher_.finish(now.report, now.shown, now.turn, now.start, limit);
  return now.report;
}

}  // namespace gitsync::sync
