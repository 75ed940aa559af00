// SPDX-License-Identifier: Apache-2.0
// Passes, pauses and failure limits of one repository (docs/contract.md#loop, #pause-and-signals to
// #touch-file).

#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "auth/credentials.h"
#include "metrics/metrics.h"
#include "source/source.h"
#include "sync/notifier.h"
#include "sync/pass.h"

namespace gitsync::sync {

struct LoopOptions {
  std::string repo;  // without secrets, for messages
  std::string ref;
  std::chrono::nanoseconds period{0};
  std::chrono::nanoseconds init_period{0};  // until the first success; 0: as period
  std::chrono::nanoseconds sync_timeout{0};
  bool one_time = false;
  std::int64_t max_failures = 0;                  // consecutive; negative: no limit
  std::optional<std::int64_t> init_max_failures;  // until the first success, if set
};

// Why the loop ended.
enum class Ending {
  kStopped,          // the stop event, while at work
  kStoppedIdle,      // the stop event, while idling on a hash
  kDone,             // one-time: synced, all hooks succeeded
  kHooksFailed,      // one-time: synced, a hook failed
  kTooManyFailures,  // the failure limit was reached
  kFatal,            // an error that no retry helps against
};

// Thread-safety: none; run() belongs to one thread. `stop` and `wake` may be set by any thread.
class Loop {
 public:
  // The parts and the events outlive the loop. `wake` cuts a pause short, and is remembered during
  // a pass.
  Loop(LoopOptions options, Pass pass, const PassParts& parts, const util::Event& stop,
       const util::Event& wake, log::Logger logger);

  Ending run();

 private:
  // Nothing: go on with the next pass after a pause.
  std::optional<Ending> run_pass();
  std::optional<Ending> after_failure(const util::Error& error);
  std::optional<Ending> after_success(const Report& report);
  Ending finish_one_time(const Report& report);
  Ending idle();
  void log_summary(const Report& report) const;
  void pause();

  const LoopOptions options_;
  Pass pass_;
  source::Source& source_;
  const auth::Credentials& credentials_;
  Notifier& notifier_;
  metrics::Metrics& metrics_;
  const util::Event& stop_;
  const util::Event& wake_;
  const log::Logger log_;
  std::int64_t failures_ = 0;  // consecutive
  std::int64_t passes_ = 0;
  bool succeeded_ = false;  // at least once in this process
};

}  // namespace gitsync::sync
