// SPDX-License-Identifier: Apache-2.0
#include "source/git_fetch.h"

#include <gmock/gmock.h>

#include "cli/repository.h"
#include "support/git_fixture.h"
#include "util/files.h"

namespace gitsync::source {
namespace {

using testing::HasSubstr;
using testing::Not;

class GitFetchTest : public testing::Test {
 protected:
  GitFetchTest() {
    EXPECT_TRUE(util::make_directories(root));
    EXPECT_TRUE(cli::Repository(root, fixture.cli, fixture.logger()).init(fixture.limit()));
  }

  util::Result<git::Oid> resolve(const std::string& ref, std::int64_t depth = 1) {
    GitFetch fetch({.url = "file://" + repo, .ref = ref, .depth = depth, .root = root}, fixture.cli,
                   fixture.logger());
    return fetch.run(fixture.limit());
  }

  test::GitFixture fixture;
  const std::string repo = fixture.make_repo("repo");
  const std::string root = fixture.dir / "root";
  const git::Oid first = fixture.commit(repo, "a", "1");
};

TEST_F(GitFetchTest, ResolvesBranchesTagsAndHashes) {
  fixture.git(repo, {"tag", "-a", "-m", "x", "annotated"});
  const git::Oid second = fixture.commit(repo, "a", "2");
  EXPECT_EQ(resolve("HEAD").value(), second);
  EXPECT_EQ(resolve("main").value(), second);
  EXPECT_EQ(resolve("refs/heads/main").value(), second);
  EXPECT_EQ(resolve("annotated").value(), first);
  EXPECT_EQ(resolve(second.hex()).value(), second);
}

TEST_F(GitFetchTest, DepthGoesUpAndDown) {
  for (int i = 2; i <= 4; ++i) fixture.commit(repo, "a", std::to_string(i));
  const auto depth_after = [&](std::int64_t depth) {
    EXPECT_TRUE(resolve("HEAD", depth));
    return fixture.git(root, {"rev-list", "--count", "FETCH_HEAD"});
  };
  EXPECT_EQ(depth_after(1), "1");
  EXPECT_EQ(depth_after(2), "2");
  EXPECT_EQ(depth_after(1), "1");
  EXPECT_EQ(depth_after(0), "4");
  EXPECT_EQ(depth_after(0), "4");
}

TEST_F(GitFetchTest, AnUnknownRefOffersTheNearestNames) {
  const auto result = resolve("mian");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, util::ErrorKind::kNotFound);
  EXPECT_THAT(result.error().message, HasSubstr("couldn't find remote ref mian"));
  EXPECT_THAT(result.error().hint, HasSubstr("main"));
  EXPECT_THAT(result.error().hint, Not(HasSubstr("40 digits")));
}

TEST_F(GitFetchTest, ANameThatIsBranchAndTagIsOfferedOnce) {
  fixture.git(repo, {"branch", "both"});
  fixture.git(repo, {"tag", "both"});
  const auto result = resolve("bothe");
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().hint, HasSubstr("both"));
  EXPECT_THAT(result.error().hint, Not(HasSubstr("both, both")));
}

TEST_F(GitFetchTest, ARefThatIsNoNameIsToldToBeNone) {
  const auto result = resolve("main:refs/heads/other:x");
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().cause, util::Cause::kBadRef);
}

TEST_F(GitFetchTest, AnAbbreviatedHashIsToldToBeOne) {
  const auto result = resolve("0123abc");
  ASSERT_FALSE(result);
  EXPECT_THAT(result.error().hint, HasSubstr("40 digits"));
}

TEST_F(GitFetchTest, ARefThatLooksLikeAnOptionIsOnlyAName) {
  const std::string marker = fixture.dir / "executed";
  EXPECT_FALSE(resolve("--upload-pack=touch " + marker));
  GitFetch fetch({.url = "--upload-pack=touch " + marker, .ref = "HEAD", .root = root}, fixture.cli,
                 fixture.logger());
  EXPECT_FALSE(fetch.run(fixture.limit()));
  EXPECT_FALSE(util::exists(marker));
}

}  // namespace
}  // namespace gitsync::source
