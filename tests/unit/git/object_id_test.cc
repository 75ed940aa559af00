// SPDX-License-Identifier: Apache-2.0
#include "git/object_id.h"

#include <gtest/gtest.h>

#include <unordered_set>

#include "git/object_hasher.h"

namespace gitsync::git {
namespace {

TEST(ObjectId, IsFortyDigitsInLowerCaseAndNothingElse) {
  const std::string hex = "0123456789abcdef0123456789abcdef01234567";
  const auto id = ObjectId::from_hex(hex);
  ASSERT_TRUE(id);
  EXPECT_EQ(id->hex(), hex);
  EXPECT_EQ(id->oid().hex(), hex);
  EXPECT_EQ(ObjectId::from(id->oid()), id);
  EXPECT_EQ(ObjectId::from_bytes(id->view()), *id);
  for (const auto& bad : {std::string(), hex.substr(1), hex + "0", std::string(40, 'A'),
                          std::string(40, 'g'), std::string(64, 'a'), " " + hex.substr(1)}) {
    EXPECT_FALSE(ObjectId::from_hex(bad)) << bad;
  }
  EXPECT_FALSE(ObjectId::from(Oid::parse(std::string(64, 'a')).value())) << "a SHA-256";
}

TEST(ObjectId, IsOrderedAsItsDigitsAre) {
  const auto low = *ObjectId::from_hex("7f" + std::string(38, 'f'));
  const auto high = *ObjectId::from_hex("80" + std::string(38, '0'));
  EXPECT_LT(low, high);
  EXPECT_LT(ObjectId{}, low);
  EXPECT_TRUE(ObjectId{}.is_null());
  EXPECT_FALSE(low.is_null());
  const std::unordered_set<ObjectId, ObjectIdHash> set{low, high, low};
  EXPECT_EQ(set.size(), 2U);
}

TEST(ObjectHasher, GivesTheIdsThatGitGives) {
  auto hasher = ObjectHasher::create().value();
  // As git hash-object has them.
  EXPECT_EQ(hasher.hash(ObjectType::kTree, ""), kEmptyTree);
  EXPECT_EQ(hasher.hash(ObjectType::kBlob, "").hex(), "e69de29bb2d1d6434b8b29ae775ad8c2e48c5391");
  hasher.begin(ObjectType::kBlob, 6);
  hasher.update("hel");
  hasher.begin(ObjectType::kBlob, 6);
  hasher.update("hello");
  hasher.update("\n");
  EXPECT_EQ(hasher.finish().hex(), "ce013625030ba8dba906f756967f9e9ca394464a");
}

}  // namespace
}  // namespace gitsync::git
