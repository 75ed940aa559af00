// SPDX-License-Identifier: Apache-2.0
#include "util/duration.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <random>
#include <string>

namespace gitsync::util {
namespace {

using std::chrono::nanoseconds;

std::int64_t ns(std::string_view text) {
  const auto value = parse_duration(text);
  EXPECT_TRUE(value.has_value()) << text;
  return value ? value->count() : -1;
}

std::string error_of(std::string_view text) {
  const auto value = parse_duration(text);
  EXPECT_FALSE(value.has_value()) << text;
  return value ? "" : value.error().message;
}

TEST(ParseDuration, ReadsEveryUnit) {
  EXPECT_EQ(ns("7ns"), 7);
  EXPECT_EQ(ns("7us"), 7'000);
  EXPECT_EQ(ns("7\u00b5s"), 7'000);
  EXPECT_EQ(ns("7\u03bcs"), 7'000);
  EXPECT_EQ(ns("7ms"), 7'000'000);
  EXPECT_EQ(ns("7s"), 7'000'000'000);
  EXPECT_EQ(ns("7m"), 420'000'000'000);
  EXPECT_EQ(ns("7h"), 25'200'000'000'000);
}

TEST(ParseDuration, ReadsFractionsSignsAndSums) {
  EXPECT_EQ(ns("1.5h"), 5'400'000'000'000);
  EXPECT_EQ(ns("2h45m"), 9'900'000'000'000);
  EXPECT_EQ(ns(".5s"), 500'000'000);
  EXPECT_EQ(ns("1.s"), 1'000'000'000);
  EXPECT_EQ(ns("-1.5h"), -5'400'000'000'000);
  EXPECT_EQ(ns("+5s"), 5'000'000'000);
  EXPECT_EQ(ns("0.3333333333333333333h"), 1'200'000'000'000);
  EXPECT_EQ(ns("1m1m"), 120'000'000'000);
}

TEST(ParseDuration, BareZeroIsTheOnlyNumberWithoutUnit) {
  EXPECT_EQ(ns("0"), 0);
  EXPECT_EQ(ns("-0"), 0);
  EXPECT_EQ(error_of("5"), "missing unit in duration");
  EXPECT_EQ(error_of("1m5"), "missing unit in duration");
  EXPECT_EQ(error_of("00"), "missing unit in duration");
}

TEST(ParseDuration, RefusesTextThatIsNotADuration) {
  for (const char* text : {"", "-", "+", ".s", "s", "x5s", " 5s", "--5s", "5.5.5s"}) {
    EXPECT_FALSE(parse_duration(text).has_value()) << text;
  }
  EXPECT_EQ(error_of("5d"), "unknown unit \"d\" in duration");
  EXPECT_EQ(error_of("5s "), "unknown unit \"s \" in duration");
  EXPECT_EQ(error_of("5S"), "unknown unit \"S\" in duration");
}

TEST(ParseDuration, KeepsTheLimitsOf64Bits) {
  EXPECT_EQ(ns("9223372036854775807ns"), std::numeric_limits<std::int64_t>::max());
  EXPECT_EQ(ns("-9223372036854775808ns"), std::numeric_limits<std::int64_t>::min());
  for (const char* text :
       {"9223372036854775808ns", "-9223372036854775809ns", "9223372036854775.808us", "2562048h",
        "99999999999999999999s", "9223372036s9223372036s"}) {
    EXPECT_EQ(error_of(text), "value out of range") << text;
  }
}

TEST(FormatDuration, RendersAsHelpAndLogsDo) {
  using namespace std::chrono_literals;
  EXPECT_EQ(format_duration(0s), "0s");
  EXPECT_EQ(format_duration(10s), "10s");
  EXPECT_EQ(format_duration(120s), "2m0s");
  EXPECT_EQ(format_duration(100s), "1m40s");
  EXPECT_EQ(format_duration(100ms), "100ms");
  EXPECT_EQ(format_duration(1500ms), "1.5s");
  EXPECT_EQ(format_duration(1h), "1h0m0s");
  EXPECT_EQ(format_duration(90061s), "25h1m1s");
  EXPECT_EQ(format_duration(1ns), "1ns");
  EXPECT_EQ(format_duration(1100ns), "1.1\u00b5s");
  EXPECT_EQ(format_duration(2200us), "2.2ms");
  EXPECT_EQ(format_duration(-90s), "-1m30s");
  EXPECT_EQ(format_duration(nanoseconds(1'000'000'001)), "1.000000001s");
  EXPECT_EQ(format_duration(nanoseconds::min()), "-2562047h47m16.854775808s");
}

TEST(FormatDuration, ParsesBackToTheSameValue) {
  std::mt19937_64 random(42);
  for (int i = 0; i < 2000; ++i) {
    const auto value = nanoseconds(static_cast<std::int64_t>(random() >> (random() % 63)));
    const std::string text = format_duration(value);
    EXPECT_EQ(ns(text), value.count()) << text;
  }
}

}  // namespace
}  // namespace gitsync::util
