// SPDX-License-Identifier: Apache-2.0
#include "snapshot/names.h"

#include <gtest/gtest.h>

namespace gitsync::snapshot {
namespace {

TEST(SnapshotNames, ARefGivesAPlainName) {
  EXPECT_EQ(name_of_ref("main"), "main");
  EXPECT_EQ(name_of_ref("refs/heads/main"), "main");
  EXPECT_EQ(name_of_ref("refs/tags/v1.2"), "v1.2");
  EXPECT_EQ(name_of_ref("feature/x y"), "feature-x-y");
  EXPECT_EQ(name_of_ref("../../etc"), "-..-..-etc");
  EXPECT_EQ(name_of_ref(""), "-");
  EXPECT_EQ(name_of_ref(std::string(300, 'r')).size(), 100U);
}

TEST(SnapshotNames, WhatLeadsElsewhereIsNoKey) {
  for (const char* const bad : {"", ".", "..", ".hidden", "a/b", "../a", "a b", "a%2fb", "\xff"}) {
    EXPECT_FALSE(is_key(bad)) << bad;
  }
  EXPECT_FALSE(is_key(std::string("a\0b", 3)));
  EXPECT_FALSE(is_key(std::string(201, 'a')));
  const tree::Revision one{std::string(64, 'a')};
  EXPECT_TRUE(is_key(archive_key(one)));
  EXPECT_TRUE(is_key(delta_key(one, one)));
  EXPECT_TRUE(is_key(pointer_key(name_of_ref(std::string(300, '/')))));
}

}  // namespace
}  // namespace gitsync::snapshot
