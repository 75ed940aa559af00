// SPDX-License-Identifier: Apache-2.0
#include "git/position_table.h"

#include <gtest/gtest.h>

#include <cstdint>
#include <random>
#include <set>

namespace gitsync::git {
namespace {

constexpr auto kNone = PositionTable::kNone;

// All positions whose hash ends alike are in one another's way.
std::uint64_t hash_of(std::uint32_t position) { return position % 7; }

std::uint32_t find(const PositionTable& table, std::uint32_t position) {
  return table.find(hash_of(position), [&](std::uint32_t other) { return other == position; });
}

TEST(PositionTable, FindsWhatWasPutInAndNotTakenOut) {
  PositionTable table;
  std::set<std::uint32_t> in;
  std::mt19937 random(7);
  for (int i = 0; i < 3000; ++i) {
    const auto position = static_cast<std::uint32_t>(random() % 300);
    if (in.erase(position) == 1) {
      table.erase(hash_of(position), position, hash_of);
    } else {
      table.insert(hash_of(position), position, hash_of);
      in.insert(position);
    }
    EXPECT_EQ(table.empty(), in.empty());
    for (std::uint32_t p = 0; p < 300; p += 13) {
      EXPECT_EQ(find(table, p), in.contains(p) ? p : kNone);
    }
  }
}

TEST(PositionTable, Grows) {
  PositionTable table;
  const auto hash = [](std::uint32_t position) {
    return std::uint64_t{position} * 0x9e3779b97f4a7c15;
  };
  for (std::uint32_t p = 0; p < 20000; ++p) table.insert(hash(p), p, hash);
  for (std::uint32_t p = 0; p < 20010; ++p) {
    EXPECT_EQ(table.find(hash(p), [&](std::uint32_t other) { return other == p; }),
              p < 20000 ? p : kNone);
  }
}

TEST(PositionTable, IsEmptyAtFirst) {
  const PositionTable table;
  EXPECT_TRUE(table.empty());
  EXPECT_EQ(find(table, 0), kNone);
}

}  // namespace
}  // namespace gitsync::git
