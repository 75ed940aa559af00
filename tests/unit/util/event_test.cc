// SPDX-License-Identifier: Apache-2.0
#include "util/event.h"

#include <gtest/gtest.h>
#include <pthread.h>
#include <signal.h>

#include <array>
#include <thread>

#include "support/child.h"

namespace gitsync::util {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Event, OneOfSeveralIsSetWhileAnyOfThemIs) {
  const Event one;
  const Event two;
  const std::array<const Event*, 2> both{&one, &two};
  const Event either{std::span(both)};
  EXPECT_FALSE(either.is_set());
  two.set();
  EXPECT_TRUE(either.is_set());
  const std::array<const Event*, 1> wanted{&either};
  EXPECT_EQ(wait_for_any(wanted, SteadyClock::now() + seconds(10)), 0);
  EXPECT_TRUE(two.consume());
  EXPECT_FALSE(either.is_set());
}

TEST(Event, StaysSetUntilConsumedAndCountsOnce) {
  const Event event;
  EXPECT_FALSE(event.is_set());
  EXPECT_FALSE(event.consume());
  event.set();
  event.set();
  EXPECT_TRUE(event.is_set());
  EXPECT_TRUE(event.consume());
  EXPECT_FALSE(event.is_set());
  EXPECT_FALSE(event.consume());
}

TEST(Event, WakesAWaiterInAnotherThread) {
  const Event first;
  const Event second;
  std::thread setter([&] { second.set(); });
  const std::array<const Event*, 2> events{&first, &second};
  EXPECT_EQ(wait_for_any(events, SteadyClock::now() + test::kPatience), 1);
  setter.join();
  EXPECT_TRUE(second.is_set());  // waiting consumes nothing
}

TEST(WaitForAny, ReturnsTheFirstOfSeveralSetEvents) {
  const Event a;
  const Event b;
  const Event c;
  b.set();
  c.set();
  const std::array<const Event*, 3> events{&a, &b, &c};
  EXPECT_EQ(wait_for_any(events, SteadyClock::now() + test::kPatience), 1);
}

TEST(WaitForAny, SeesASetEventEvenWhenTheDeadlineHasPassed) {
  const Event event;
  event.set();
  const std::array<const Event*, 1> events{&event};
  EXPECT_EQ(wait_for_any(events, SteadyClock::now() - seconds(1)), 0);
}

TEST(WaitForAny, WaitsUntilTheDeadlineAndNotLess) {
  const Event event;
  const std::array<const Event*, 1> events{&event};
  const auto deadline = SteadyClock::now() + milliseconds(30);
  EXPECT_EQ(wait_for_any(events, deadline), -1);
  EXPECT_GE(SteadyClock::now(), deadline);
  EXPECT_EQ(wait_for_any({}, SteadyClock::now() + milliseconds(1)), -1);
}

TEST(WaitForAny, IsNotEndedByASignalHandler) {
  struct sigaction action = {};
  struct sigaction before = {};
  action.sa_handler = [](int) {};
  ::sigaction(SIGUSR1, &action, &before);
  const Event event;
  const pthread_t waiter = ::pthread_self();
  std::thread disturber([&] {
    for (int i = 0; i < 100; ++i) ::pthread_kill(waiter, SIGUSR1);
    event.set();
  });
  const std::array<const Event*, 1> events{&event};
  EXPECT_EQ(wait_for_any(events, SteadyClock::now() + test::kPatience), 0);
  disturber.join();
  ::sigaction(SIGUSR1, &before, nullptr);
}

TEST(Limit, WithoutDeadlineAndStopNeverEnds) {
  const Limit limit;
  EXPECT_TRUE(limit.check());
  EXPECT_EQ(poll_timeout(limit.deadline), -1);
  EXPECT_EQ(limit.within(SteadyClock::duration::max()).deadline, Deadline::max());
}

TEST(Limit, ToldToStopIsStoppedEvenPastTheDeadline) {
  const Event stop;
  const Limit limit{.deadline = SteadyClock::now() - seconds(1), .stop = &stop};
  EXPECT_EQ(limit.check().error().kind, ErrorKind::kTimeout);
  stop.set();
  EXPECT_EQ(limit.check().error().kind, ErrorKind::kStopped);
}

TEST(Limit, WithinIsTheEarlierDeadlineAndTheSameStop) {
  const Event stop;
  const auto now = SteadyClock::now();
  const Limit limit{.deadline = now + seconds(10), .stop = &stop};
  EXPECT_EQ(limit.within(seconds(100)).deadline, limit.deadline);
  EXPECT_LT(limit.within(seconds(1)).deadline, now + seconds(5));
  EXPECT_EQ(limit.within(seconds(1)).stop, &stop);
}

TEST(PollTimeout, RoundsUpAndIsZeroInThePast) {
  EXPECT_EQ(poll_timeout(SteadyClock::now() - seconds(1)), 0);
  EXPECT_GE(poll_timeout(SteadyClock::now() + milliseconds(1000)), 1);
  EXPECT_LE(poll_timeout(SteadyClock::now() + milliseconds(1000)), 1000);
  EXPECT_EQ(poll_timeout(SteadyClock::now() + std::chrono::hours(24 * 365)), 2147483647);
}

}  // namespace
}  // namespace gitsync::util
