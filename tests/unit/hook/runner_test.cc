// SPDX-License-Identifier: Apache-2.0
#include "hook/runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <deque>
#include <mutex>

#include "metrics/metrics.h"
#include "support/captured_log.h"
#include "support/child.h"

namespace gitsync::hook {
namespace {

using namespace std::chrono_literals;
using test::eventually;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using util::ErrorKind;
using util::Result;

// What the hook is told to do, and what it was asked: shared by a test and the runner's thread.
struct Script {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<bool> results;  // one for each run; a run waits for its own
  std::vector<std::string> hashes;

  void let_run(bool success) {
    const std::lock_guard lock(mutex);
    results.push_back(success);
    changed.notify_all();
  }
  std::vector<std::string> runs() {
    const std::lock_guard lock(mutex);
    return hashes;
  }
  bool wait_for_runs(std::size_t count) {
    return eventually([&] { return runs().size() >= count; });
  }
};

class ScriptedHook final : public Hook {
 public:
  explicit ScriptedHook(Script& script) : script_(script) {}

  Result<void> run(const std::string& hash, const util::Limit& limit) override {
    std::unique_lock lock(script_.mutex);
    script_.hashes.push_back(hash);
    while (script_.results.empty()) {
      if (limit.stopped()) return util::fail(ErrorKind::kStopped, "stopped");
      script_.changed.wait_for(lock, 5ms);
    }
    const bool success = script_.results.front();
    script_.results.pop_front();
    if (!success) return util::fail(ErrorKind::kLocal, "exit status 1");
    return {};
  }

 private:
  Script& script_;
};

struct RunnerTest : testing::Test {
  std::unique_ptr<Runner> make(std::chrono::nanoseconds backoff, Mode mode = Mode::kRetry) {
    return Runner::start(std::make_unique<ScriptedHook>(script),
                         RunnerOptions{"exechook", backoff, mode}, log.logger(), metrics)
        .value();
  }
  bool counted(const std::string& status, int count) {
    return eventually([&] {
      return metrics.render().find("git_sync_hook_run_count_total{name=\"exechook\",status=\"" +
                                   status + "\"} " + std::to_string(count) + "\n") !=
             std::string::npos;
    });
  }

  Script script;
  test::CapturedLog log;
  metrics::Metrics metrics;
};

TEST_F(RunnerTest, RunsOncePerHashAndCounts) {
  auto runner = make(1h);
  script.let_run(true);
  runner->trigger("a");
  ASSERT_TRUE(counted("success", 1));
  ASSERT_TRUE(runner->wait_finished({}));
  runner->trigger("a");  // succeeded already
  ASSERT_TRUE(runner->wait_finished({}));
  script.let_run(true);
  runner->trigger("b");
  ASSERT_TRUE(counted("success", 2));
  EXPECT_THAT(script.runs(), ElementsAre("a", "b"));
}

TEST_F(RunnerTest, SkipsHashesThatWereOvertakenWhileItRan) {
  auto runner = make(1h);
  runner->trigger("a");
  ASSERT_TRUE(script.wait_for_runs(1));
  runner->trigger("b");
  runner->trigger("c");
  script.let_run(true);
  script.let_run(true);
  ASSERT_TRUE(counted("success", 2));
  ASSERT_TRUE(runner->wait_finished({}));
  EXPECT_THAT(script.runs(), ElementsAre("a", "c"));
}

TEST_F(RunnerTest, RetriesAfterTheBackoffUntilItSucceeds) {
  auto runner = make(1ms);
  for (const bool success : {false, false, true}) script.let_run(success);
  runner->trigger("a");
  ASSERT_TRUE(counted("success", 1));
  ASSERT_TRUE(counted("error", 2));
  EXPECT_THAT(script.runs(), ElementsAre("a", "a", "a"));
}

TEST_F(RunnerTest, RetriesWithTheHashThatIsLatestThen) {
  auto runner = make(1ms);
  runner->trigger("a");
  ASSERT_TRUE(script.wait_for_runs(1));
  runner->trigger("b");
  script.let_run(false);
  script.let_run(true);
  ASSERT_TRUE(counted("success", 1));
  ASSERT_TRUE(runner->wait_finished({}));
  EXPECT_THAT(script.runs(), ElementsAre("a", "b"));
}

TEST_F(RunnerTest, TriggerDoesNotShortenTheBackoff) {
  auto runner = make(400ms);
  const auto before = util::SteadyClock::now();
  script.let_run(false);
  script.let_run(true);
  runner->trigger("a");
  ASSERT_TRUE(counted("error", 1));
  runner->trigger("b");
  ASSERT_TRUE(script.wait_for_runs(2));
  EXPECT_GE(util::SteadyClock::now() - before, 400ms);
}

TEST_F(RunnerTest, FailureIsLoggedUnderItsNameWithHashAndRetry) {
  auto runner = make(90s);
  script.let_run(false);
  runner->trigger("abc");
  ASSERT_TRUE(eventually([&] { return log.text().find("hook failed") != std::string::npos; }));
  EXPECT_THAT(log.text(), testing::AllOf(HasSubstr(R"("logger":"exechook")"),
                                         HasSubstr(R"("error":"exit status 1")"),
                                         HasSubstr(R"("hash":"abc","retry":"1m30s")")));
}

TEST_F(RunnerTest, DestructorEndsABackoffAtOnce) {
  auto runner = make(1h);
  script.let_run(false);
  runner->trigger("a");
  ASSERT_TRUE(counted("error", 1));
  const auto start = util::SteadyClock::now();
  runner.reset();
  EXPECT_LT(util::SteadyClock::now() - start, 10s);
}

TEST_F(RunnerTest, DestructorEndsARunningHookWithoutCountingAFailure) {
  auto runner = make(1h);
  runner->trigger("a");
  ASSERT_TRUE(script.wait_for_runs(1));
  runner.reset();
  EXPECT_THAT(log.text(), Not(HasSubstr("hook failed")));
  EXPECT_THAT(metrics.render(), Not(HasSubstr("status=\"error\"")));
}

TEST_F(RunnerTest, OneShotReturnsTheOnlyAttemptsResult) {
  auto runner = make(1ms, Mode::kOneShot);
  runner->trigger("a");
  ASSERT_TRUE(script.wait_for_runs(1));
  script.let_run(false);
  const auto failed = runner->wait_finished({});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message, "exit status 1");
  script.let_run(true);
  runner->trigger("b");
  EXPECT_TRUE(runner->wait_finished({}));
  EXPECT_THAT(script.runs(), ElementsAre("a", "b"));
  EXPECT_THAT(log.text(), HasSubstr(R"("hash":"a","retry":false)"));
}

TEST_F(RunnerTest, WaitingWithoutATriggerSucceedsAtOnce) {
  EXPECT_TRUE(make(1s, Mode::kOneShot)->wait_finished({}));
}

TEST_F(RunnerTest, WaitingEndsWithItsLimit) {
  auto runner = make(1s, Mode::kOneShot);
  runner->trigger("a");
  EXPECT_EQ(runner->wait_finished(util::Limit{}.within(20ms)).error().kind, ErrorKind::kTimeout);
  util::Event stop;
  stop.set();
  EXPECT_EQ(runner->wait_finished({.stop = &stop}).error().kind, ErrorKind::kStopped);
}

}  // namespace
}  // namespace gitsync::hook
