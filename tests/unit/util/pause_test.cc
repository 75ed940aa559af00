// SPDX-License-Identifier: Apache-2.0
#include "util/pause.h"

#include <gtest/gtest.h>

#include <thread>

namespace gitsync::util {
namespace {

using namespace std::chrono_literals;

TEST(Pause, LastsUntilItsEndOrTheLimits) {
  const auto start = SteadyClock::now();
  pause_until(start + 50ms, {});
  EXPECT_GE(SteadyClock::now(), start + 50ms);
  pause_until(Deadline::max(), {.deadline = SteadyClock::now()});
  pause_until(start, {});
}

TEST(Pause, IsEndedByAStop) {
  const Event stop;
  std::thread stopper([&] { stop.set(); });
  pause_until(Deadline::max(), {.stop = &stop});
  stopper.join();
  EXPECT_TRUE(stop.is_set());
}

}  // namespace
}  // namespace gitsync::util
