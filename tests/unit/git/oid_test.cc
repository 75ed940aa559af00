// SPDX-License-Identifier: Apache-2.0
#include "git/oid.h"

#include <gtest/gtest.h>

namespace gitsync::git {
namespace {

TEST(Oid, IsAFullHashInLowerCaseAndNothingElse) {
  const std::string sha1(40, 'a');
  EXPECT_EQ(Oid::parse(sha1)->hex(), sha1);
  EXPECT_TRUE(Oid::parse(std::string(64, '0')));
  for (const auto& bad : {std::string(), std::string(39, 'a'), std::string(41, 'a'),
                          std::string(40, 'A'), std::string(40, 'g'), sha1 + "\n"}) {
    EXPECT_FALSE(Oid::parse(bad)) << bad;
  }
}

}  // namespace
}  // namespace gitsync::git
