// SPDX-License-Identifier: Apache-2.0
#include "net/retry_after.h"

#include <gtest/gtest.h>

#include <string>

namespace gitsync::net {
namespace {

using namespace std::chrono_literals;

TEST(RetryAfter, IsSecondsOrADate) {
  const auto now = std::chrono::system_clock::from_time_t(784111777);  // the date below
  const auto of = [&](const std::string& value) {
    return retry_after({.headers = {{"retry-after", value}}}, now);
  };
  EXPECT_EQ(of("120"), 120s);
  EXPECT_EQ(of("Sun, 06 Nov 1994 08:49:47 GMT"), 10s);
  EXPECT_EQ(of("Sun, 06 Nov 1994 08:00:00 GMT"), 0s) << "it has passed";
  EXPECT_EQ(of("-5"), 0s);
  EXPECT_EQ(of("99999999999999999999"), 24h);
  EXPECT_EQ(of("soon"), std::nullopt);
  EXPECT_EQ(of("1.5"), std::nullopt);
  EXPECT_EQ(retry_after({}, now), std::nullopt);
}

TEST(RetryAfter, ADateCountsFromTheServersClock) {
  const auto now = std::chrono::system_clock::from_time_t(784111777);
  const auto after = [&](const std::string& date) {
    return retry_after(
        {.headers = {{"Retry-After", "Sun, 06 Nov 1994 09:00:30 GMT"}, {"Date", date}}}, now);
  };
  EXPECT_EQ(after("Sun, 06 Nov 1994 09:00:00 GMT"), 30s);
  EXPECT_EQ(after("nonsense"), 653s);
}

}  // namespace
}  // namespace gitsync::net
