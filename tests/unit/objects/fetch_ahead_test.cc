// SPDX-License-Identifier: Apache-2.0
#include "objects/fetch_ahead.h"

#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <latch>

namespace gitsync::objects {
namespace {

using namespace std::chrono_literals;
using util::Result;

util::Limit limit() { return {.deadline = util::SteadyClock::now() + 30s}; }
std::vector<std::uint64_t> sizes(std::size_t items, std::uint64_t size = 1) {
  return std::vector<std::uint64_t>(items, size);
}
Result<std::string> number(std::size_t item) { return std::to_string(item); }

TEST(FetchAheadTest, EveryItemComesToTheReaderInItsOrder) {
  FetchAhead ahead(sizes(100), 10, limit());
  for (int n = 0; n < 4; ++n) ASSERT_TRUE(ahead.start(number));
  for (std::size_t item = 0; item < 100; ++item) {
    EXPECT_EQ(ahead.take(item).value(), std::to_string(item));
  }
}

TEST(FetchAheadTest, ThreadsFetchAtOnce) {
  std::latch all(3);
  FetchAhead ahead(sizes(3), 10, limit());
  for (int n = 0; n < 3; ++n) {
    ASSERT_TRUE(ahead.start([&](std::size_t item) {
      all.arrive_and_wait();  // for ever, if they came one by one
      return number(item);
    }));
  }
  EXPECT_TRUE(ahead.take(0));
}

TEST(FetchAheadTest, NothingIsFetchedFarAhead) {
  std::atomic<int> fetched = 0;
  {
    FetchAhead ahead(sizes(10, 4), 8, limit());
    ASSERT_TRUE(ahead.start([&](std::size_t item) {
      ++fetched;
      return number(item);
    }));
    EXPECT_TRUE(ahead.take(0));
    EXPECT_TRUE(ahead.take(1));
  }
  EXPECT_GE(fetched, 2);
  EXPECT_LE(fetched, 4);  // two were taken, and two fill the window
}

TEST(FetchAheadTest, WhatIsLargerThanTheWindowComesWhenItsTurnHasCome) {
  FetchAhead ahead({1, 100, 1}, 8, limit());
  ASSERT_TRUE(ahead.start(number));
  for (std::size_t item = 0; item < 3; ++item) EXPECT_TRUE(ahead.take(item));
}

TEST(FetchAheadTest, WhatTheReaderPassesByTakesNoRoom) {
  FetchAhead ahead(sizes(50, 4), 8, limit());
  ASSERT_TRUE(ahead.start(number));
  for (std::size_t item = 0; item < 50; item += 7) {
    EXPECT_EQ(ahead.take(item).value(), std::to_string(item));
  }
}

TEST(FetchAheadTest, AFailureEndsAll) {
  FetchAhead ahead(sizes(5), 10, limit());
  ASSERT_TRUE(ahead.start([](std::size_t item) -> Result<std::string> {
    if (item == 2) return util::fail(util::ErrorKind::kNetwork, "cut off");
    return number(item);
  }));
  for (std::size_t item = 0; item < 2; ++item) {
    const auto taken = ahead.take(item);
    if (!taken) {
      EXPECT_EQ(taken.error().message, "cut off");
    }
  }
  const auto last = ahead.take(2);
  ASSERT_FALSE(last);
  EXPECT_EQ(last.error().message, "cut off");
}

TEST(FetchAheadTest, AReaderThatWaitsCanBeStopped) {
  util::Event stop;
  util::Event go_on;
  std::latch begun(1);
  FetchAhead ahead(sizes(1), 10, {.stop = &stop});
  ASSERT_TRUE(ahead.start([&](std::size_t item) {
    begun.count_down();
    const std::array<const util::Event*, 1> events{&go_on};
    util::wait_for_any(events, util::Deadline::max());
    return number(item);
  }));
  begun.wait();
  stop.set();
  const auto taken = ahead.take(0);
  go_on.set();
  ASSERT_FALSE(taken);
  EXPECT_EQ(taken.error().kind, util::ErrorKind::kStopped);
}

}  // namespace
}  // namespace gitsync::objects
