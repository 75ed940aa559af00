// SPDX-License-Identifier: Apache-2.0
#include "net/server_wish.h"

#include <gtest/gtest.h>

namespace gitsync::net {
namespace {

using namespace std::chrono_literals;

TEST(ServerWish, MakesAPauseLongerAndNeverShorter) {
  const auto now = util::SteadyClock::now();
  const util::Limit limit{.deadline = now + 10s};
  ServerWish wish;
  EXPECT_EQ(wish.longer(limit).deadline, limit.deadline);
  wish.note(5s);
  EXPECT_TRUE(wish.is_there());
  EXPECT_EQ(wish.longer(limit).deadline, limit.deadline);
  wish.note(600s);
  EXPECT_GE(wish.longer(limit).deadline, now + 600s);
  wish.note(std::nullopt);
  EXPECT_FALSE(wish.is_there());
  EXPECT_EQ(wish.longer(limit).deadline, limit.deadline);
}

TEST(ServerWish, IsHeededForAnHourAtMost) {
  const auto limit = util::Limit{}.within(10s);
  ServerWish wish;
  wish.note(24h);
  // An hour from then, and a part of the pause.
  EXPECT_LE(wish.longer(limit).deadline, util::SteadyClock::now() + 1h + 10s);
}

}  // namespace
}  // namespace gitsync::net
