// SPDX-License-Identifier: Apache-2.0
#include "sync/loop.h"

#include <functional>
#include <future>
#include <span>
#include <vector>

#include "unit/sync/sync_fixture.h"

namespace gitsync::sync {
namespace {

using namespace std::chrono_literals;
using test::Step;

class LoopTest : public SyncTest {
 protected:
  // Runs a loop; `resolve` decides what call number so-and-so of resolve() does first.
  Ending run(LoopOptions options, std::function<util::Result<void>(int call)> resolve) {
    options.period = options.period.count() > 0 ? options.period : 10ms;
    options.sync_timeout = 30s;
    source.behave(Step::kResolve, [&, first = source.calls(Step::kResolve)](const util::Limit&) {
      return resolve(source.calls(Step::kResolve) - first - 1);
    });
    return Loop(options, new_pass(), parts(), stop, wake, log.logger()).run();
  }
  static util::Result<void> away() { return util::fail(util::ErrorKind::kNetwork, "away"); }
};

TEST_F(LoopTest, ZeroAndOneBothGiveUpAtTheFirstFailureAndNAtTheNth) {
  for (const auto& [limit, failures] : {std::pair{0, 1}, std::pair{1, 1}, std::pair{3, 3}}) {
    int calls = 0;
    const auto ending = run({.max_failures = limit}, [&](int) {
      ++calls;
      return away();
    });
    EXPECT_EQ(ending, Ending::kTooManyFailures);
    EXPECT_EQ(calls, failures);
  }
}

TEST_F(LoopTest, TheInitialLimitHoldsUntilTheFirstSuccessOnly) {
  EXPECT_EQ(run({.max_failures = -1, .init_max_failures = 0}, [](int) { return away(); }),
            Ending::kTooManyFailures);
  int calls = 0;
  run({.max_failures = 2, .init_max_failures = -1}, [&](int call) {
    ++calls;
    return call == 4 ? util::Result<void>{} : away();
  });
  EXPECT_EQ(calls, 7);
}

TEST_F(LoopTest, ASuccessResetsTheCount) {
  int calls = 0;
  run({.max_failures = 2}, [&](int call) {
    ++calls;
    return call % 2 == 1 && call < 6 ? util::Result<void>{} : away();
  });
  EXPECT_EQ(calls, 8);
}

TEST_F(LoopTest, OneTimeEndsAfterTheFirstSuccess) {
  EXPECT_EQ(run({.one_time = true}, [](int) { return util::Result<void>{}; }), Ending::kDone);
  EXPECT_EQ(shown(), source.tip.id);
  EXPECT_TRUE(counted("git_sync_count_total{status=\"success\"} 1\n"));
}

TEST_F(LoopTest, UnchangedPassesAreNoopsAndStopEndsAPause) {
  const auto ending = run({}, [&](int call) {
    if (call == 3) stop.set();
    return util::Result<void>{};
  });
  EXPECT_EQ(ending, Ending::kStopped);
  EXPECT_TRUE(counted("git_sync_count_total{status=\"success\"} 1\n"));
  EXPECT_TRUE(counted("git_sync_count_total{status=\"noop\"} 3\n"));
  EXPECT_TRUE(counted("git_fetch_count_total 1\n"));
}

TEST_F(LoopTest, FailedPassesAreCountedAsErrors) {
  run({.max_failures = 3}, [](int) { return away(); });
  EXPECT_TRUE(counted("git_sync_count_total{status=\"error\"} 3\n"));
}

TEST_F(LoopTest, APassThatTookTooLongSaysSo) {
  source.behave(Step::kOpen, test::hangs());
  LoopOptions options{.period = 10ms, .sync_timeout = 20ms};
  EXPECT_EQ(Loop(options, new_pass(), parts(), stop, wake, log.logger()).run(),
            Ending::kTooManyFailures);
  EXPECT_NE(log.text().find("--sync-timeout"), std::string::npos);
}

TEST_F(LoopTest, WhatCannotChangeIdlesUntilStopped) {
  source.immutable = true;
  auto idle = std::async(std::launch::async, [&] {
    return run({}, [](int call) {
      EXPECT_EQ(call, 0);
      return util::Result<void>{};
    });
  });
  while (log.text().find("idling") == std::string::npos) {
    ASSERT_NE(idle.wait_for(10ms), std::future_status::ready);
  }
  wake.set();
  stop.set();
  EXPECT_EQ(idle.get(), Ending::kStoppedIdle);
}

TEST_F(LoopTest, AWakeDuringAPassIsRemembered) {
  // With this period the second pass comes only if the pause is cut short.
  const auto ending = run({.period = 1h}, [&](int call) {
    if (call == 0) wake.set();
    if (call == 1) stop.set();
    return util::Result<void>{};
  });
  EXPECT_EQ(ending, Ending::kStopped);
}

class PauseTest : public LoopTest {
 protected:
  // Notes the pauses of a run with this period, in which the passes `fails` names fail.
  void run_passes(int count, std::chrono::nanoseconds period,
                  const std::function<bool(int)>& fails) {
    source.instead_of_waiting = [&](const util::Limit& limit) {
      pauses.push_back(
          {.least = limit.deadline - ended, .most = limit.deadline - util::SteadyClock::now()});
      if (static_cast<int>(pauses.size()) == count) stop.set();
    };
    run({.period = period, .max_failures = -1}, [&](int call) {
      ended = util::SteadyClock::now();
      return fails(call) ? away() : util::Result<void>{};
    });
  }
  // How long a pause is to be, seen from before and from after it was decided.
  struct Pause {
    std::chrono::nanoseconds least;
    std::chrono::nanoseconds most;
  };
  std::vector<Pause> pauses;
  util::Deadline ended;
};

TEST_F(PauseTest, AfterASuccessItIsThePeriod) {
  run_passes(30, 10min, [](int) { return false; });
  for (const auto& pause : pauses) {
    EXPECT_GE(pause.least, 10min);
    EXPECT_LE(pause.most, 10min);
  }
}

TEST_F(PauseTest, AfterAFailureItIsLongerByUpToATenth) {
  run_passes(30, 100s, [](int) { return true; });
  std::chrono::nanoseconds longest{0};
  for (const auto& pause : pauses) {
    EXPECT_GE(pause.least, 100s);
    EXPECT_LE(pause.most, 110s);
    longest = std::max(longest, pause.most);
  }
  EXPECT_GT(longest, 100s);
}

TEST_F(PauseTest, AfterAFailureItIsLongerByAMinuteAtMost) {
  run_passes(30, 100h, [](int) { return true; });
  for (const auto& pause : pauses) EXPECT_LE(pause.most, 100h + 1min);
}

TEST_F(PauseTest, ThePeriodHoldsAgainOnceItWorks) {
  run_passes(20, 10min, [](int call) { return call < 10; });
  for (const auto& pause : std::span(pauses).subspan(10)) EXPECT_LE(pause.most, 10min);
}

TEST_F(PauseTest, TheLongestPeriodThereIsStaysThat) {
  run_passes(3, std::chrono::nanoseconds::max(), [](int) { return true; });
  EXPECT_EQ(pauses.size(), 3U);
}

}  // namespace
}  // namespace gitsync::sync
