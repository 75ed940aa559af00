// SPDX-License-Identifier: Apache-2.0
#include "http/byte_range.h"

#include <gtest/gtest.h>

namespace gitsync::http {
namespace {

using Kind = ByteRange::Kind;

TEST(SelectRange, UnderstandsOneRange) {
  const struct {
    const char* text;
    std::uint64_t total;
    Kind kind;
    std::uint64_t first;
    std::uint64_t size;
  } rows[] = {
      {"bytes=0-0", 10, Kind::kPart, 0, 1},
      {"Bytes= 2-4 ", 10, Kind::kPart, 2, 3},
      {"bytes=9-", 10, Kind::kPart, 9, 1},
      {"bytes=0-18446744073709551615", 10, Kind::kPart, 0, 10},
      {"bytes=-3", 10, Kind::kPart, 7, 3},
      {"bytes=-30", 10, Kind::kPart, 0, 10},
      {"bytes=10-", 10, Kind::kUnsatisfiable, 0, 0},
      {"bytes=10-20", 10, Kind::kUnsatisfiable, 0, 0},
      {"bytes=-0", 10, Kind::kUnsatisfiable, 0, 0},
      {"bytes=0-", 0, Kind::kUnsatisfiable, 0, 0},
      {"bytes=-1", 0, Kind::kUnsatisfiable, 0, 0},
  };
  for (const auto& row : rows) {
    const ByteRange range = select_range(row.text, row.total);
    EXPECT_EQ(range.kind, row.kind) << row.text;
    EXPECT_EQ(range.first, row.first) << row.text;
    EXPECT_EQ(range.size, row.size) << row.text;
  }
}

TEST(SelectRange, IgnoresWhatItNeedNotUnderstand) {
  for (const char* text :
       {"", "bytes", "bytes=", "bytes=-", "bytes=a-b", "bytes=1", "bytes=4-2", "bytes=0-1,3-4",
        "bytes=0 - 1", "bytes=+1-2", "bytes=0x0-1", "bytes=0-18446744073709551616", "lines=0-1",
        "bytes=--1", "bytes=1-2-3"}) {
    EXPECT_EQ(select_range(text, 10).kind, Kind::kWhole) << text;
  }
}

}  // namespace
}  // namespace gitsync::http
