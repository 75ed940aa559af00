// SPDX-License-Identifier: Apache-2.0
#include "cli/nearest_refs.h"

#include <gmock/gmock.h>

#include "support/git_fixture.h"
#include "util/paths.h"

namespace gitsync::cli {
namespace {

using testing::ElementsAre;

TEST(NearestNames, TheLikestComeFirst) {
  EXPECT_THAT(nearest_names("mian", {"develop", "main", "v1.0", "mine"}, 2),
              ElementsAre("main", "mine"));
  EXPECT_THAT(nearest_names("x", {}, 5), ElementsAre());
}

TEST(NearestRefs, AreTheServersBranchesAndTagsByShortName) {
  test::GitFixture fixture;
  const auto repo = fixture.make_repo("repo");
  fixture.commit(repo, "a", "1");
  fixture.git(repo, {"tag", "release-1"});
  EXPECT_THAT(nearest_refs(fixture.cli, "", repo, "maine", fixture.limit()).value(),
              ElementsAre("main", "release-1"));
  EXPECT_EQ(nearest_refs(fixture.cli, util::dir_name(repo), "repo", "x", fixture.limit())->size(),
            2U)
      << "a relative address is taken from the folder";
  EXPECT_FALSE(nearest_refs(fixture.cli, "", "--upload-pack=touch x", "main", fixture.limit()));
}

}  // namespace
}  // namespace gitsync::cli
