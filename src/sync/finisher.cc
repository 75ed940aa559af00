// SPDX-License-Identifier: Apache-2.0
#include "sync/finisher.h"

#include <utility>
#include <vector>

#include "util/safe_way.h"

namespace gitsync::sync {

using util::Result;

Finisher::Finisher(PassOptions options, source::Source& source, metrics::Metrics& metrics,
                   log::Logger logger)
    : options_(std::move(options)),
      source_(source),
      metrics_(metrics),
      log_(std::move(logger)),
      publisher_(options_.layout, options_.link, log_),
      pruner_(options_.layout, options_.stale_timeout, log_, options_.leases) {}

void Finisher::finish(const Report& report, const std::optional<tree::Published>& before,
                      const tree::Turn& turn, util::SteadyClock::time_point start,
                      const util::Limit& limit) {
  if (before && before->tree != report.tree) pruner_.retire(*before);
  const bool noop = report.outcome == Outcome::kUnchanged;
  // Counted before the touch-file appears: whoever waits for it finds the counters right.
  metrics_.pass_done(noop ? metrics::PassStatus::kNoop : metrics::PassStatus::kSuccess,
                     util::SteadyClock::now() - start);
  if (!noop) touch();
  if (const auto tidied = tidy(report, turn, limit); !tidied && !limit.stopped()) {
    log_.error("cleaning up failed, which does not fail the pass", tidied.error());
  }
  if (!limit.stopped()) log_.clear_error();
}

void Finisher::touch() const {
  if (options_.touch_file.empty()) return;
  log_.info(3, "touching the touch-file", {{"path", options_.touch_file}});
  const auto touched = util::touch_safely(options_.touch_file,
                                          {.root = options_.layout.root, .link = options_.link});
  if (!touched) log_.error("cannot touch the touch-file", touched.error());
}

Result<void> Finisher::tidy(const Report& report, const tree::Turn& turn,
                            const util::Limit& limit) {
  // What looks stale may be the draft of another process.
  GS_TRY_VOID(turn.check());
  GS_TRY(const auto shown, publisher_.current());
  // Whoever re-pointed the link meanwhile must not cost the tree that was just published.
  if (!shown || shown->tree != report.tree) return {};
  log_.info(3, "cleaning up", {{"current", shown->tree}});
  const auto pruned = pruner_.prune(*shown, limit, [&](const tree::Published& old) {
    return source_.take_superseded(old, *shown, limit);
  });
  if (!pruned || *pruned) {
    const std::vector<tree::Revision> keep{report.revision};
    GS_TRY_VOID(source_.reclaim(keep, source::Urgency::kRoutine, limit));
  }
  if (!pruned) return util::fail(pruned.error());
  source_.prepare_next(*shown, limit);
  return {};
}

}  // namespace gitsync::sync
