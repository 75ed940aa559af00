// SPDX-License-Identifier: Apache-2.0
// Runs one hook in the background, always for the latest hash (docs/contract.md#hooks).

#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "hook/hook.h"
#include "log/logger.h"
#include "util/error.h"
#include "util/event.h"
#include "util/mutex.h"

namespace gitsync::metrics {
class Metrics;
}

namespace gitsync::hook {

enum class Mode {
  kRetry,    // a failure is retried after the backoff, for ever
  kOneShot,  // --one-time: a single attempt for each trigger
};

struct RunnerOptions {
  std::string name;  // "exechook", "pre-publish-exechook", "webhook": logger and metric label
  std::chrono::nanoseconds backoff{0};
  Mode mode = Mode::kRetry;
};

// Owns one thread. Intermediate hashes may be skipped; a hash that succeeded is not run again.
// Thread-safety: all members may be called from any thread, except the destructor.
class Runner {
  // Only start() makes one.
  struct Key {};

 public:
  Runner(Key key, std::unique_ptr<Hook> hook, RunnerOptions options, const log::Logger& logger,
         metrics::Metrics& metrics);
  // `metrics` outlives the runner. `logger` is renamed to options.name. Errors: that no thread can
  // be had.
  static util::Result<std::unique_ptr<Runner>> start(std::unique_ptr<Hook> hook,
                                                     RunnerOptions options,
                                                     const log::Logger& logger,
                                                     metrics::Metrics& metrics);
  Runner(const Runner&) = delete;
  Runner& operator=(const Runner&) = delete;
  // Ends a running attempt (its children included) and the thread.
  ~Runner();

  // Asks for a run with `hash`. Never blocks, and does not shorten a backoff.
  void trigger(std::string hash);

  // For Mode::kOneShot: waits until the attempt for the last trigger has ended and returns its
  // result; success if there was no trigger. kTimeout and kStopped as the limit says.
  util::Result<void> wait_finished(const util::Limit& limit);

  // Begins to end as the destructor does, without waiting: several runners then end together.
  void request_stop() noexcept { stop_.set(); }

 private:
  void loop();
  // The hash to run for; nothing if that has succeeded already.
  std::optional<std::string> take_latest();
  void attempt(const std::string& hash);
  void report(const std::string& hash, const util::Error& error) const;
  void back_off();
  void become_idle();

  const std::unique_ptr<Hook> hook_;
  const RunnerOptions options_;
  const log::Logger logger_;
  metrics::Metrics& metrics_;
  util::Event stop_;
  util::Event work_;  // the one-slot "something to do"
  util::Event idle_;  // set while no trigger is waiting or running

  util::Mutex mutex_;
  std::string latest_ GITSYNC_GUARDED_BY(mutex_);
  std::string last_success_ GITSYNC_GUARDED_BY(mutex_);
  util::Result<void> last_result_ GITSYNC_GUARDED_BY(mutex_);

  std::jthread thread_;  // last: it uses all of the above
};

}  // namespace gitsync::hook
