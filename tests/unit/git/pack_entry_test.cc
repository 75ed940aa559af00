// SPDX-License-Identifier: Apache-2.0
#include "git/pack_entry.h"

#include <gtest/gtest.h>

#include "git/loose_object.h"

namespace gitsync::git {
namespace {

using std::string_literals::operator""s;

TEST(PackEntry, TellsTypeAndSize) {
  EXPECT_EQ(parse_pack_entry("\x1f")->type, ObjectType::kCommit);
  EXPECT_EQ(parse_pack_entry("\x1f")->size, 15U);
  EXPECT_EQ(parse_pack_entry("\xb5\x8a\x01xyz")->type, ObjectType::kBlob);
  EXPECT_EQ(parse_pack_entry("\xb5\x8a\x01xyz")->size, 5U + (10U << 4) + (1U << 11));
  EXPECT_EQ(parse_pack_entry("\xb5\x8a\x01xyz")->length, 3U);
  EXPECT_EQ(parse_pack_entry("\xbf\xff\xff\xff\xff\xff\xff\xff\xff\x0f")->size, UINT64_MAX);
}

TEST(PackEntry, TellsWhereItsBaseIs) {
  const auto near = parse_pack_entry("\x61\x7f");
  ASSERT_TRUE(near);
  EXPECT_FALSE(near->type);
  EXPECT_EQ(near->base_distance, 127U);
  EXPECT_EQ(near->length, 2U);
  EXPECT_EQ(parse_pack_entry("\x61\x80\x00"s)->base_distance, 128U);
  EXPECT_EQ(parse_pack_entry("\x61\x81\x80\x00"s)->base_distance,
            128U + 128U + 2 * 128U * 128U - 128U);
  const auto named = parse_pack_entry("\x71" + std::string(20, 'i') + "z");
  ASSERT_TRUE(named);
  EXPECT_EQ(named->base_distance, 0U);
  EXPECT_EQ(named->base.view(), std::string(20, 'i'));
  EXPECT_EQ(named->length, 21U);
}

TEST(PackEntry, IsRefusedIfItIsNone) {
  for (const auto& bad :
       {""s, "\x01"s, "\x51"s, "\x90"s, "\x61"s, "\x61\x00"s, "\x61\x80"s,
        "\x71" + std::string(19, 'i'), "\xbf\xff\xff\xff\xff\xff\xff\xff\xff\x10"s,
        "\xbf\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s,
        "\x61\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01"s}) {
    EXPECT_FALSE(parse_pack_entry(bad)) << bad.size();
  }
}

TEST(LooseHeader, IsATypeAndASizeAndNothingElse) {
  EXPECT_EQ(parse_loose_header("blob 0")->size, 0U);
  EXPECT_EQ(parse_loose_header("tree 18446744073709551615")->size, UINT64_MAX);
  EXPECT_EQ(parse_loose_header("commit 12")->type, ObjectType::kCommit);
  for (const std::string bad :
       {"", "blob", "blob ", " 1", "blob  1", "blob 01", "blob 1 ", "blob +1", "blob -1", "Blob 1",
        "branch 1", "blob 18446744073709551616", "blob 1x", "blob 0x1"}) {
    EXPECT_FALSE(parse_loose_header(bad)) << bad;
  }
}

}  // namespace
}  // namespace gitsync::git
