// SPDX-License-Identifier: Apache-2.0
// Where snapshots may be published, and what an address of one is.
#include <gmock/gmock.h>

#include "config/repo_kind.h"
#include "config/snapshot_place.h"
#include "configure_support.h"

namespace gitsync::config {
namespace {

using test::complaint;
using test::configure_with;
using test::Words;
using testing::HasSubstr;

std::string complaint_of(const std::string& repo, const std::string& place) {
  return complaint(
      configure_with({"--repo=" + repo, "--root=/git", "--publish-snapshot=" + place}));
}

TEST(ValidateSnapshots, APlaceIsAFolderOrAPointerInABucket) {
  const auto bucket = [](std::string_view text) {
    return std::get<BucketPlace>(parse_snapshot_place(text).value());
  };
  EXPECT_EQ(bucket("s3://bucket/a/b").folder.display(), "s3://bucket/a/b/");
  EXPECT_EQ(bucket("s3://bucket/a/b").name, "");
  EXPECT_EQ(bucket("s3://bucket/a/b/").folder.key, "a/b/");
  EXPECT_EQ(bucket("s3://bucket").folder.key, "");
  EXPECT_EQ(bucket("s3://bucket/a/prod.json").folder.key, "a/");
  EXPECT_EQ(bucket("s3://bucket/a/prod.json").name, "prod");
  EXPECT_EQ(bucket("s3://bucket/prod.json").folder.key, "");
  const auto registry = [](std::string_view text) {
    return std::get<RegistryPlace>(parse_snapshot_place(text).value());
  };
  EXPECT_FALSE(registry("oci://host:5000/org/dags").has_tag);
  EXPECT_TRUE(registry("oci://host:5000/org/dags:prod").has_tag);
  EXPECT_EQ(registry("oci://host:5000/org/dags:prod").repository.tag, "prod");
}

TEST(ValidateSnapshots, WhatIsNoPlaceIsRefusedInOneLine) {
  for (const auto& [place, why] :
       {std::pair{"/var/snapshots", "must be like s3://bucket/prefix/"},
        std::pair{"https://u:secret@host/", "must be like"}, std::pair{"s3://", "bucket"},
        std::pair{"s3://bucket/.json", "no name before .json"}}) {
    const auto text = complaint_of("https://host/x", place);
    EXPECT_THAT(text, HasSubstr("invalid flag: --publish-snapshot")) << place;
    EXPECT_THAT(text, HasSubstr(why)) << place;
    EXPECT_THAT(text, testing::Not(HasSubstr("secret")));
  }
}

TEST(ValidateSnapshots, NothingIsPublishedIntoWhatIsRead) {
  for (const auto& [repo, place] : {std::pair{"s3://bbb/dags/", "s3://bbb/dags/"},
                                    std::pair{"s3://bbb/dags/", "s3://bbb/dags/sub/"},
                                    std::pair{"s3://bbb", "s3://bbb/anything/"},
                                    std::pair{"s3://bbb/dags/main.json", "s3://bbb/dags/"},
                                    std::pair{"s3://bbb/dags/x.tar.gz", "s3://bbb/dags"}}) {
    EXPECT_THAT(complaint_of(repo, place), HasSubstr("must not be where --repo is")) << repo;
  }
  for (const auto& [repo, place] : {std::pair{"s3://bbb/dags/", "s3://bbb/published/"},
                                    std::pair{"s3://bbb/dags/", "s3://other/dags/"},
                                    std::pair{"s3://bbb/dags/main.json", "s3://bbb/dags/copy/"},
                                    std::pair{"https://host/dags", "s3://bbb/dags/"}}) {
    EXPECT_EQ(complaint_of(repo, place), "") << repo;
  }
}

TEST(ValidateSnapshots, SeveralPlacesOfTheVariableAreSeparatedByBlanks) {
  const auto outcome =
      configure_with({"--repo=https://host/x", "--root=/git"},
                     {{"GITSYNC_PUBLISH_SNAPSHOT", "s3://aaa/one/ s3://bbb/two/"}});
  ASSERT_EQ(complaint(outcome), "");
  EXPECT_EQ(outcome.settings.publish_snapshots,
            (std::vector<std::string>{"s3://aaa/one/", "s3://bbb/two/"}));
}

TEST(ValidateSnapshots, ACountOutOfBoundsIsRefused) {
  EXPECT_THAT(
      complaint(configure_with({"--repo=https://host/x", "--root=/git", "--snapshot-keep=-1"})),
      HasSubstr("--snapshot-keep must be from 0 to 500"));
}

TEST(ValidateSnapshots, AnAddressThatEndsInJsonIsASnapshot) {
  EXPECT_EQ(kind_of_repo("s3://bbb/dags/main.json"), RepoKind::kBucketSnapshot);
  EXPECT_EQ(kind_of_repo("https://host/dags/main.json?sig=x"), RepoKind::kWebSnapshot);
  EXPECT_EQ(kind_of_repo("git@host:dags/main.json"), RepoKind::kGit);
}

TEST(ValidateSnapshots, SettingsOfBucketsAreForPublishingToo) {
  const Words words{"--repo=https://host/x", "--root=/git", "--s3-region=eu-central-1"};
  EXPECT_THAT(complaint(configure_with(words)), HasSubstr("--s3-region has no meaning"));
  auto publishing = words;
  publishing.emplace_back("--publish-snapshot=s3://bbb/dags/");
  EXPECT_EQ(complaint(configure_with(publishing)), "");
}

}  // namespace
}  // namespace gitsync::config
