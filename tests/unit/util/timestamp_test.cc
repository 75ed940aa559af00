// SPDX-License-Identifier: Apache-2.0
#include "util/timestamp.h"

#include <gtest/gtest.h>

#include <string>

namespace gitsync::util {
namespace {

std::int64_t seconds(std::string_view text) {
  const auto time = parse_timestamp(text);
  return time ? time->time_since_epoch().count() : -1;
}

TEST(Timestamp, ReadsUtcOffsetsAndFractions) {
  // The numbers are those of date -u -d <text> +%s.
  EXPECT_EQ(seconds("2026-01-02T03:04:05Z"), 1767323045);
  EXPECT_EQ(seconds("2026-01-02t03:04:05z"), 1767323045);
  EXPECT_EQ(seconds("2026-01-02T03:04:05.678Z"), 1767323045);
  EXPECT_EQ(seconds("2026-01-02T04:34:05+01:30"), 1767323045);
  EXPECT_EQ(seconds("2026-01-01T19:04:05.1-08:00"), 1767323045);
  EXPECT_EQ(seconds("2024-02-29T00:00:00Z"), 1709164800);
  EXPECT_EQ(seconds("1970-01-01T00:00:00Z"), 0);
}

TEST(Timestamp, RefusesEverythingElse) {
  for (const char* text :
       {"", "2026", "2026-01-02", "2026-01-02T03:04:05", "2026-01-02T03:04:05ZZ",
        "2026-13-02T03:04:05Z", "2026-02-29T03:04:05Z", "2026-01-02T24:04:05Z",
        "2026-01-02T03:60:05Z", "2026-01-02T03:04:61Z", "2026-01-02T03:04:05.Z",
        "2026-01-02T03:04:05.5", "2026-01-02T03:04:05+0130", "2026-01-02T03:04:05+24:00",
        "+026-01-02T03:04:05Z", " 2026-01-02T03:04:05Z",
        "2026-01-0\xff"
        "T03:04:05Z",
        "1767323045"}) {
    EXPECT_EQ(seconds(text), -1) << text;
  }
}

TEST(Timestamp, WritesWhatItReads) {
  for (const char* const text :
       {"0800-12-31T23:59:59Z", "1970-01-01T00:00:00Z", "2026-01-02T03:04:05Z"}) {
    EXPECT_EQ(format_timestamp(parse_timestamp(text).value()), text);
  }
}

}  // namespace
}  // namespace gitsync::util
