// SPDX-License-Identifier: Apache-2.0
// What follows every good pass, still in its turn: counters, touch-file, error file, and tidying
// the root of what no longer serves anybody (docs/contract.md#cleanup, #touch-file).

#pragma once

#include <optional>

#include "log/logger.h"
#include "metrics/metrics.h"
#include "source/source.h"
#include "sync/pass_options.h"
#include "sync/report.h"
#include "tree/pruner.h"
#include "tree/turn.h"

namespace gitsync::sync {

// Thread-safety: none; belongs to the loop of one repository.
class Finisher {
 public:
  // `source` and `metrics` outlive this.
  Finisher(PassOptions options, source::Source& source, metrics::Metrics& metrics,
           log::Logger logger);

  // `before`: what was shown when the pass began, at `start`. Failures are logged.
  void finish(const Report& report, const std::optional<tree::Published>& before,
              const tree::Turn& turn, util::SteadyClock::time_point start,
              const util::Limit& limit);

 private:
  void touch() const;
  util::Result<void> tidy(const Report& report, const tree::Turn& turn, const util::Limit& limit);

  const PassOptions options_;
  source::Source& source_;
  metrics::Metrics& metrics_;
  const log::Logger log_;
  const tree::Publisher publisher_;
  tree::Pruner pruner_;
};

}  // namespace gitsync::sync
