// SPDX-License-Identifier: Apache-2.0
#include "tree/leases.h"

#include <gtest/gtest.h>

namespace gitsync::tree {
namespace {

TEST(Leases, ATreeIsHeldUntilTheLastOneIsGivenBack) {
  const auto leases = std::make_shared<Leases>();
  auto one = leases->take("/root/tree");
  {
    const auto two = leases->take("/root/tree");
    EXPECT_TRUE(leases->is_held("/root/tree"));
    EXPECT_FALSE(leases->is_held("/root/other"));
  }
  EXPECT_TRUE(leases->is_held("/root/tree"));
  one = Lease();
  EXPECT_FALSE(leases->is_held("/root/tree"));
}

TEST(Leases, ALeaseThatMovedIsGivenBackOnce) {
  auto leases = std::make_shared<Leases>();
  auto one = leases->take("/a");
  auto two = leases->take("/b");
  two = std::move(one);
  one = Lease();
  EXPECT_TRUE(leases->is_held("/a"));
  EXPECT_FALSE(leases->is_held("/b"));
}

TEST(Leases, ALeaseOutlivesWhatItIsOf) {
  auto leases = std::make_shared<Leases>();
  const auto lease = leases->take("/a");
  leases.reset();
  EXPECT_EQ(lease.tree(), "/a");
}

}  // namespace
}  // namespace gitsync::tree
