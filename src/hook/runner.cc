// SPDX-License-Identifier: Apache-2.0
#include "hook/runner.h"

#include <array>
#include <utility>
#include <vector>

#include "metrics/metrics.h"
#include "util/thread.h"

namespace gitsync::hook {

using util::Deadline;
using util::Event;
using util::Result;

Runner::Runner(Key /*key*/, std::unique_ptr<Hook> hook, RunnerOptions options,
               const log::Logger& logger, metrics::Metrics& metrics)
    : hook_(std::move(hook)),
      options_(std::move(options)),
      logger_(logger.named(options_.name)),
      metrics_(metrics) {
  idle_.set();
}

Result<std::unique_ptr<Runner>> Runner::start(std::unique_ptr<Hook> hook, RunnerOptions options,
                                              const log::Logger& logger,
                                              metrics::Metrics& metrics) {
  auto runner =
      std::make_unique<Runner>(Key{}, std::move(hook), std::move(options), logger, metrics);
  // Linux shows 15 bytes: "hook webhook", "hook pre-publis".
  const auto name = ("hook " + runner->options_.name).substr(0, 15);
  GS_TRY(runner->thread_, util::start_thread(name, [self = runner.get()] { self->loop(); }));
  return runner;
}

Runner::~Runner() { stop_.set(); }  // then thread_ joins

void Runner::trigger(std::string hash) {
  const util::MutexLock lock(mutex_);
  latest_ = std::move(hash);
  idle_.consume();
  work_.set();
}

Result<void> Runner::wait_finished(const util::Limit& limit) {
  std::vector<const Event*> events{&idle_};
  if (limit.stop != nullptr) events.push_back(limit.stop);
  const int index = util::wait_for_any(events, limit.deadline);
  if (index != 0) {
    GS_TRY_VOID(limit.check());
  }
  const util::MutexLock lock(mutex_);
  return last_result_;
}

void Runner::loop() {
  const std::array<const Event*, 2> events{&stop_, &work_};
  while (util::wait_for_any(events, Deadline::max()) != 0) {
    const auto hash = take_latest();
    if (hash) attempt(*hash);
    become_idle();
  }
}

std::optional<std::string> Runner::take_latest() {
  const util::MutexLock lock(mutex_);
  work_.consume();
  if (latest_ == last_success_) return std::nullopt;
  return latest_;
}

void Runner::attempt(const std::string& hash) {
  auto result = hook_->run(hash, {.stop = &stop_});
  if (!result && stop_.is_set()) return;  // ended by us, which says nothing about the hook
  metrics_.hook_run(options_.name, result ? metrics::Outcome::kSuccess : metrics::Outcome::kError);
  if (!result) report(hash, result.error());
  {
    const util::MutexLock lock(mutex_);
    if (result) last_success_ = hash;
    last_result_ = result;
  }
  if (!result && options_.mode == Mode::kRetry) back_off();
}

void Runner::report(const std::string& hash, const util::Error& error) const {
  log::Fields fields{{"hash", hash}, {"retry", false}};
  if (options_.mode == Mode::kRetry) fields.back() = {"retry", options_.backoff};
  logger_.error("hook failed", error, fields);
}

// Waits, and asks for another run with what is the latest hash then.
void Runner::back_off() {
  const std::array<const Event*, 1> events{&stop_};
  const auto pause = util::Limit{}.within(options_.backoff);
  if (util::wait_for_any(events, pause.deadline) < 0) work_.set();
}

void Runner::become_idle() {
  const util::MutexLock lock(mutex_);
  if (!work_.is_set()) idle_.set();
}

}  // namespace gitsync::hook
