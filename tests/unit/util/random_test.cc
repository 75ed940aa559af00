// SPDX-License-Identifier: Apache-2.0
#include "util/random.h"

#include <gtest/gtest.h>

#include <set>

namespace gitsync::util {
namespace {

using namespace std::chrono_literals;

TEST(Random, EachNumberBelowIsReachedAndNoOther) {
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(random_below(3));
  EXPECT_EQ(seen, (std::set<std::uint64_t>{0, 1, 2}));
}

TEST(Random, APartIsLessThanTheWholeAndRarelyTwiceTheSame) {
  std::set<std::chrono::nanoseconds> seen;
  for (int i = 0; i < 100; ++i) seen.insert(random_part_of(1h));
  EXPECT_GT(seen.size(), 90U);
  EXPECT_GE(*seen.begin(), 0ns);
  EXPECT_LT(*seen.rbegin(), 1h);
}

TEST(Random, OfNothingThereIsNoPart) {
  EXPECT_EQ(random_part_of(0ns), 0ns);
  EXPECT_EQ(random_part_of(-1s), 0ns);
}

}  // namespace
}  // namespace gitsync::util
