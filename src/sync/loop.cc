// SPDX-License-Identifier: Apache-2.0
#include "sync/loop.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "tree/measure.h"
#include "util/duration.h"
#include "util/random.h"

namespace gitsync::sync {

using util::Limit;
using util::SteadyClock;

namespace {

using std::chrono::nanoseconds;

// What breaks many of us at once, as an outage of the server does, also puts their pauses in step.
// So a pause after a failure is longer by a random part of a tenth, of a minute at most.
nanoseconds spread(nanoseconds pause) {
  constexpr int kPart = 10;
  constexpr std::chrono::minutes kLongest{1};
  const auto most = std::min<nanoseconds>({pause / kPart, kLongest, nanoseconds::max() - pause});
  return pause + std::chrono::floor<std::chrono::milliseconds>(util::random_part_of(most));
}

}  // namespace

Loop::Loop(LoopOptions options, Pass pass, const PassParts& parts, const util::Event& stop,
           const util::Event& wake, log::Logger logger)
    : options_(std::move(options)),
      pass_(std::move(pass)),
      source_(parts.source),
      credentials_(parts.credentials),
      notifier_(parts.notifier),
      metrics_(parts.metrics),
      stop_(stop),
      wake_(wake),
      log_(std::move(logger)) {}

Ending Loop::run() {
  while (true) {
    if (const auto ending = run_pass()) return *ending;
    pause();
    if (stop_.is_set()) return Ending::kStopped;
  }
}

std::optional<Ending> Loop::run_pass() {
  const auto start = SteadyClock::now();
  const Limit limit = Limit{.stop = &stop_}.within(options_.sync_timeout);
  const auto report = pass_.run(limit);
  ++passes_;
  if (report) return after_success(*report);
  if (stop_.is_set()) return Ending::kStopped;
  metrics_.pass_done(metrics::PassStatus::kError, SteadyClock::now() - start);
  util::Error error = report.error();
  const bool too_long = limit.expired() && error.kind == util::ErrorKind::kTimeout;
  if (too_long && error.cause == util::Cause::kUnknown) error.cause = util::Cause::kPassTooLong;
  return after_failure(error);
}

std::optional<Ending> Loop::after_failure(const util::Error& error) {
  ++failures_;
  if (credentials_.fatal()) {
    log_.error("cannot go on", error, {{"failCount", failures_}});
    return Ending::kFatal;
  }
  const std::int64_t limit = !succeeded_ && options_.init_max_failures ? *options_.init_max_failures
                                                                       : options_.max_failures;
  if (limit >= 0 && failures_ >= limit) {
    log_.error("too many failures, aborting", error,
               {{"failCount", failures_}, {"maxFailures", limit}});
    return Ending::kTooManyFailures;
  }
  log_.error("error syncing repo, will retry", error, {{"failCount", failures_}});
  return std::nullopt;
}

std::optional<Ending> Loop::after_success(const Report& report) {
  const bool first = !std::exchange(succeeded_, true);
  if (first && options_.init_period.count() > 0 && options_.init_period != options_.period) {
    log_.info(1, "switching from the initial period",
              {{"initPeriod", util::format_duration(options_.init_period)},
               {"period", util::format_duration(options_.period)}});
  }
  if (options_.one_time) return finish_one_time(report);
  if (report.immutable && !report.owes_snapshot) return idle();
  if (failures_ > 0) log_.info(4, "resetting failure count", {{"failCount", failures_}});
  failures_ = 0;
  return std::nullopt;
}

Ending Loop::finish_one_time(const Report& report) {
  bool ok = !report.owes_snapshot;
  const bool changed = report.outcome == Outcome::kPublished;
  for (auto* hook : {changed ? notifier_.pre_publish.get() : nullptr, notifier_.exec.get(),
                     notifier_.web.get()}) {
    if (hook != nullptr && !hook->wait_finished({.stop = &stop_})) ok = false;
  }
  for (const auto& publication : notifier_.publications) {
    if (!publication.runner->wait_finished({.stop = &stop_})) ok = false;
  }
  if (stop_.is_set()) return Ending::kStopped;
  log_.info(0, "exiting after one sync", {{"status", ok ? 0 : 1}});
  if (ok) log_summary(report);
  return ok ? Ending::kDone : Ending::kHooksFailed;
}

// Init containers end with this line: people read it to see whether their set-up works.
void Loop::log_summary(const Report& report) const {
  const auto size = tree::measure(report.tree);
  const auto seconds = [](std::chrono::nanoseconds time) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.3f", std::chrono::duration<double>(time).count());
    return std::string(text.data());
  };
  const std::string line = "synced " + options_.repo + " ref " + options_.ref + " at " +
                           report.revision.id + ": " + std::to_string(size.files) + " files, " +
                           std::to_string(size.bytes) + " bytes; fetch " + seconds(report.fetch) +
                           " s, checkout " + seconds(report.build) + " s, publish " +
                           seconds(report.publish) + " s";
  log_.info(0, line,
            {{"repo", options_.repo},
             {"ref", options_.ref},
             {"hash", report.revision.id},
             {"files", size.files},
             {"bytes", size.bytes},
             {"fetch", util::format_duration(report.fetch)},
             {"checkout", util::format_duration(report.build)},
             {"publish", util::format_duration(report.publish)}});
}

Ending Loop::idle() {
  log_.info(0, "ref is a full hash and is synced, idling: no further sync needed",
            {{"ref", options_.ref}});
  const std::array<const util::Event*, 1> events{&stop_};
  util::wait_for_any(events, util::Deadline::max());
  return Ending::kStoppedIdle;
}

void Loop::pause() {
  const auto period =
      !succeeded_ && options_.init_period.count() > 0 ? options_.init_period : options_.period;
  const auto wait = failures_ > 0 ? spread(period) : period;
  log_.info(3, "next sync", {{"waitTime", util::format_duration(wait)}, {"syncCount", passes_}});
  source_.wait_for_change(Limit{.stop = &stop_}.within(wait), wake_);
  wake_.consume();
}

}  // namespace gitsync::sync
