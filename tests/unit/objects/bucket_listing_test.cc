// SPDX-License-Identifier: Apache-2.0
#include "objects/bucket_listing.h"

#include <gmock/gmock.h>

#include <functional>

#include "log/hints.h"

namespace gitsync::objects {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<s3::ListedObject> objects() {
  return {{.key = "dags/b.py", .size = 2, .etag = "\"2\""},
          {.key = "dags/a.py", .size = 1, .etag = "\"1\""}};
}
std::vector<std::string> paths(const BucketListing& listing, std::string& left_out) {
  const auto list = listing.entries(left_out);
  EXPECT_TRUE(list) << list.error().message;
  std::vector<std::string> paths;
  if (!list) return paths;
  for (const Entry& entry : list->entries()) paths.push_back(entry.path);
  return paths;
}
std::string refusal(std::string key) {
  std::string left_out;
  const auto list = BucketListing("dags/", {{.key = std::move(key)}}).entries(left_out);
  return list ? "" : list.error().message;
}

TEST(BucketListingTest, AFileInTheWayOfAFolderAndAKeyThatIsNoPathHaveAdviceOfTheirOwn) {
  const auto advice = [](std::vector<s3::ListedObject> objects) {
    std::string left_out;
    const auto list = BucketListing("dags/", std::move(objects)).entries(left_out);
    return list ? std::string("accepted") : log::hint_of(list.error());
  };
  // By a pattern that matches the file what is below would go as well.
  EXPECT_THAT(advice({{.key = "dags/a"}, {.key = "dags/a/b"}}),
              testing::StartsWith("rename or remove one of the two"));
  EXPECT_THAT(advice({{.key = "dags/a//b"}}), HasSubstr("leave it out with --exclude"));
}

TEST(BucketListingTest, TheRevisionDoesNotHangOnTheOrderOfTheServer) {
  auto other = objects();
  std::swap(other[0], other[1]);
  const BucketListing listing("dags/", objects());
  EXPECT_EQ(listing.revision(), BucketListing("dags/", other).revision());
  EXPECT_TRUE(tree::Revision::parse(listing.revision().id));
}

TEST(BucketListingTest, KeySizeAndETagMakeTheRevision) {
  const auto of = [](const std::function<void(s3::ListedObject&)>& change) {
    auto changed = objects();
    change(changed[0]);
    return BucketListing("dags/", changed).revision();
  };
  const auto same = BucketListing("dags/", objects()).revision();
  EXPECT_EQ(of([](s3::ListedObject&) {}), same);
  EXPECT_NE(of([](s3::ListedObject& object) { object.key = "dags/c.py"; }), same);
  EXPECT_NE(of([](s3::ListedObject& object) { object.size = 3; }), same);
  EXPECT_NE(of([](s3::ListedObject& object) { object.etag = "\"3\""; }), same);
  EXPECT_NE(BucketListing("dags/", {}).revision(), same);
}

TEST(BucketListingTest, KeysArePathsBelowThePrefix) {
  std::string left_out;
  const BucketListing listing("dags/", {{.key = "dags/"},
                                        {.key = "dags/x/"},
                                        {.key = "dags/x/y z+%41=\xc3\xa4"},
                                        {.key = "dags/empty/"}});
  EXPECT_THAT(paths(listing, left_out), ElementsAre("empty", "x/y z+%41=\xc3\xa4"));
  EXPECT_EQ(left_out, "");
}

TEST(BucketListingTest, WhatIsGitsIsLeftOutAndNamed) {
  std::string left_out;
  const BucketListing listing(
      "dags/", {{.key = "dags/.GIT/config"}, {.key = "dags/a/.git"}, {.key = "dags/.gitignore"}});
  EXPECT_THAT(paths(listing, left_out), ElementsAre(".gitignore"));
  EXPECT_EQ(left_out, "dags/.GIT/config");
}

TEST(BucketListingTest, AKeyThatIsNoPathIsRefusedByName) {
  for (const std::string key : {"dags//a", "dags/a//b", "dags/../a", "dags/a/./b", "dags/a//"}) {
    EXPECT_THAT(refusal(key), HasSubstr(key));
  }
  EXPECT_THAT(refusal("dags/" + std::string(256, 'n')), HasSubstr("nnn"));
  EXPECT_EQ(refusal("dags/" + std::string(255, 'n')), "");
}

TEST(BucketListingTest, AFileIsAnotherOneIfItsETagOrItsSizeIs) {
  const auto id = [&](std::uint64_t size, const std::string& etag) {
    std::string left_out;
    const BucketListing listing("", {{.key = "a", .size = size, .etag = etag}});
    return listing.entries(left_out).value().entries().at(0).file.content_id;
  };
  EXPECT_EQ(id(1, "\"e\"").size(), 32U);
  EXPECT_EQ(id(1, "\"e\""), id(1, "\"e\""));
  EXPECT_NE(id(1, "\"e\""), id(2, "\"e\""));
  EXPECT_NE(id(1, "\"e\""), id(1, "\"f\""));
}

}  // namespace
}  // namespace gitsync::objects
