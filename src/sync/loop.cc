// SPDX-License-Identifier: Apache-2.0
#include "sync/loop.h"

#include <algorithm>
#include <array>
#include <cstdio>

#include "log/sink.h"
#include "util/duration.h"
#include "util/files.h"
#include "util/paths.h"
#include "worktree/measure.h"

namespace gitsync::sync {

using util::Limit;
using util::SteadyClock;

Loop::Loop(LoopOptions options, Syncer& syncer, auth::Credentials& credentials, Notifier& notifier,
           metrics::Metrics& metrics, const util::Event& stop, const util::Event& wake,
           log::Logger logger)
    : options_(std::move(options)),
      syncer_(syncer),
      credentials_(credentials),
      notifier_(notifier),
      metrics_(metrics),
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
  const auto report = syncer_.sync_once(limit);
  std::optional<Ending> ending;
  if (report) {
    // Ends the turn itself, since cleaning up is part of it.
    ending = after_success(*report, limit, SteadyClock::now() - start);
  } else if (stop_.is_set()) {
    ending = Ending::kStopped;
  } else {
    metrics_.pass_done(metrics::PassStatus::kError, SteadyClock::now() - start);
    util::Error error = report.error();
    if (limit.expired() && error.kind == util::ErrorKind::kTimeout && error.hint.empty()) {
      error.hint =
          "the pass took longer than --sync-timeout: raise it, or check the way to the server";
    }
    ending = after_failure(error);
  }
  syncer_.end_turn();
  ++passes_;
  return ending;
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

std::optional<Ending> Loop::after_success(const PassReport& report, const Limit& limit,
                                          std::chrono::nanoseconds duration) {
  const bool first = !std::exchange(succeeded_, true);
  if (first && options_.init_period.count() > 0 && options_.init_period != options_.period) {
    log_.info(1, "switching from the initial period",
              {{"initPeriod", util::format_duration(options_.init_period)},
               {"period", util::format_duration(options_.period)}});
  }
  // Counted before the touch-file appears: whoever waits for it finds the counters right.
  const bool noop = !report.changed && !first;
  metrics_.pass_done(noop ? metrics::PassStatus::kNoop : metrics::PassStatus::kSuccess, duration);
  if (!noop) touch_file();
  if (const auto cleaned = syncer_.clean_up(limit); !cleaned && !stop_.is_set()) {
    log_.error("cleaning up failed, which does not fail the pass", cleaned.error());
  }
  syncer_.end_turn();
  if (options_.one_time) return finish_one_time(report);
  log_.sink().remove_error_file();
  if (report.commit.hex() == options_.ref) return idle();
  if (failures_ > 0) log_.info(4, "resetting failure count", {{"failCount", failures_}});
  failures_ = 0;
  return std::nullopt;
}

Ending Loop::finish_one_time(const PassReport& report) {
  bool ok = true;
  for (auto* hook : {report.changed ? notifier_.pre_publish.get() : nullptr, notifier_.exec.get(),
                     notifier_.web.get()}) {
    if (hook != nullptr && !hook->wait_finished({.stop = &stop_})) ok = false;
  }
  if (stop_.is_set()) return Ending::kStopped;
  log_.sink().remove_error_file();
  log_.info(0, "exiting after one sync", {{"status", ok ? 0 : 1}});
  if (ok) log_summary(report);
  return ok ? Ending::kDone : Ending::kHooksFailed;
}

// Init containers end with this line: people read it to see whether their set-up works.
void Loop::log_summary(const PassReport& report) const {
  const auto size = worktree::measure(report.tree);
  const auto seconds = [](std::chrono::nanoseconds time) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.3f", std::chrono::duration<double>(time).count());
    return std::string(text.data());
  };
  const std::string line = "synced " + options_.repo + " ref " + options_.ref + " at " +
                           report.commit.hex() + ": " + std::to_string(size.files) + " files, " +
                           std::to_string(size.bytes) + " bytes; fetch " + seconds(report.fetch) +
                           " s, checkout " + seconds(report.build) + " s, publish " +
                           seconds(report.publish) + " s";
  log_.info(0, line,
            {{"repo", options_.repo},
             {"ref", options_.ref},
             {"hash", report.commit.hex()},
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

void Loop::touch_file() const {
  if (options_.touch_file.empty()) return;
  log_.info(3, "touching the touch-file", {{"path", options_.touch_file}});
  auto touched = util::make_directories(util::dir_name(options_.touch_file));
  if (touched) touched = util::touch(options_.touch_file);
  if (!touched) log_.error("cannot touch the touch-file", touched.error());
}

void Loop::pause() {
  const auto wait =
      !succeeded_ && options_.init_period.count() > 0 ? options_.init_period : options_.period;
  log_.info(3, "next sync", {{"waitTime", util::format_duration(wait)}, {"syncCount", passes_}});
  const std::array<const util::Event*, 2> events{&stop_, &wake_};
  util::wait_for_any(events, Limit{}.within(wait).deadline);
  wake_.consume();
}

}  // namespace gitsync::sync
