// SPDX-License-Identifier: Apache-2.0
#include "cli/repository.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "support/git_fixture.h"
#include "util/files.h"

namespace gitsync::cli {
namespace {

class RepositoryTest : public testing::Test {
 protected:
  RepositoryTest() { EXPECT_TRUE(util::make_directories(root)); }

  test::GitFixture fixture;
  const std::string root = fixture.dir / "root";
  const Repository repository{root, fixture.cli, fixture.logger()};
};

TEST_F(RepositoryTest, IsUsableOnceInitialised) {
  EXPECT_FALSE(repository.is_usable(fixture.limit()).value());
  ASSERT_TRUE(repository.init(fixture.limit()));
  EXPECT_TRUE(repository.is_usable(fixture.limit()).value());
  EXPECT_EQ(fixture.git(root, {"symbolic-ref", "HEAD"}), "refs/heads/git-sync");
}

TEST_F(RepositoryTest, IsNotUsableInsideAnotherRepository) {
  fixture.git(fixture.dir.path(), {"init", "-q", fixture.dir.path()});
  EXPECT_FALSE(repository.is_usable(fixture.limit()).value());
}

TEST_F(RepositoryTest, IsNotUsableWhenAnObjectIsMissing) {
  ASSERT_TRUE(repository.init(fixture.limit()));
  const auto commit = fixture.commit(root, "a", "1");
  const auto blob = fixture.git(root, {"rev-parse", "HEAD^{tree}"});
  const auto object = root + "/.git/objects/" + blob.substr(0, 2) + "/" + blob.substr(2);
  ASSERT_EQ(::unlink(object.c_str()), 0);
  EXPECT_FALSE(repository.is_usable(fixture.limit()).value());
  EXPECT_FALSE(repository.has_checked_out(root, commit, fixture.limit()).value());
}

TEST_F(RepositoryTest, IsUsableWhenItBecameShallowAfterItsCommitGraphWasWritten) {
  ASSERT_TRUE(repository.init(fixture.limit()));
  fixture.commit(root, "a", "1");
  const auto commit = fixture.commit(root, "a", "2");
  fixture.git(root, {"commit-graph", "write", "--reachable"});
  ASSERT_TRUE(util::write_file(root + "/.git/shallow", commit.hex() + "\n"));
  fixture.git(root, {"reflog", "expire", "--expire=now", "--all"});
  fixture.git(root, {"prune", "--expire=now"});
  EXPECT_TRUE(repository.is_usable(fixture.limit()).value());
}

TEST_F(RepositoryTest, NoGraphIsRemovedThroughASymlink) {
  ASSERT_TRUE(repository.init(fixture.limit()));
  const auto commit = fixture.commit(root, "a", "1");
  fixture.git(root, {"commit-graph", "write", "--reachable"});
  ASSERT_TRUE(util::write_file(root + "/.git/shallow", commit.hex() + "\n"));
  const std::string elsewhere = fixture.dir / "elsewhere";
  ASSERT_EQ(std::rename((root + "/.git/objects/info").c_str(), elsewhere.c_str()), 0);
  ASSERT_EQ(::symlink(elsewhere.c_str(), (root + "/.git/objects/info").c_str()), 0);
  EXPECT_FALSE(repository.is_usable(fixture.limit()));
  EXPECT_TRUE(util::exists(elsewhere + "/commit-graph"));
}

TEST_F(RepositoryTest, ATimeoutDoesNotMeanDamage) {
  ASSERT_TRUE(repository.init(fixture.limit()));
  const auto usable = repository.is_usable({.deadline = util::SteadyClock::now()});
  ASSERT_FALSE(usable);
  EXPECT_EQ(usable.error().kind, util::ErrorKind::kTimeout);
}

TEST_F(RepositoryTest, OriginIsCreatedAndCorrected) {
  ASSERT_TRUE(repository.init(fixture.limit()));
  for (const std::string url : {"https://one/x", "-two", "https://one/x"}) {
    ASSERT_TRUE(repository.set_origin(url, fixture.limit()));
    EXPECT_EQ(fixture.git(root, {"config", "remote.origin.url"}), url);
  }
}

TEST_F(RepositoryTest, ForgetsSubmodulesOfAnyNameAndNothingElse) {
  ASSERT_TRUE(repository.init(fixture.limit()));
  ASSERT_TRUE(repository.forget_submodules(fixture.limit()));
  for (const std::string name : {"plain", "with.dots", "blank \"quoted\" $(x)"}) {
    fixture.git(root, {"config", "submodule." + name + ".url", "https://old/x"});
    fixture.git(root, {"config", "submodule." + name + ".active", "true"});
  }
  fixture.git(root, {"config", "submodule.fetchJobs", "4"});
  ASSERT_TRUE(repository.forget_submodules(fixture.limit()));
  EXPECT_EQ(fixture.git(root, {"config", "--local", "--get-regexp", "^submodule"}),
            "submodule.fetchjobs 4");
}

}  // namespace
}  // namespace gitsync::cli
