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

TEST_F(RepositoryTest, ATimeoutIsAnErrorAndNotADamage) {
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

TEST_F(RepositoryTest, StaleLocksOfADeadGitBlockNothing) {
  ASSERT_TRUE(repository.init(fixture.limit()));
  for (const std::string lock : {"shallow.lock", "index.lock", "HEAD.lock", "config.lock"}) {
    ASSERT_TRUE(util::write_file(root + "/.git/" + lock, ""));
  }
  repository.remove_left_behind();
  fixture.commit(root, "a", "1");
  EXPECT_FALSE(util::exists(root + "/.git/shallow.lock"));
}

TEST_F(RepositoryTest, StaleLocksAreFoundHoweverDeepTheyLie) {
  ASSERT_TRUE(repository.init(fixture.limit()));
  const std::string deep = root + "/.git/worktrees/x/modules/sub/modules/inner";
  ASSERT_TRUE(util::make_directories(deep));
  ASSERT_TRUE(util::make_directories(root + "/.git/objects/info"));
  ASSERT_TRUE(util::write_file(deep + "/index.lock", ""));
  ASSERT_TRUE(util::write_file(deep + "/index", ""));
  ASSERT_TRUE(util::write_file(root + "/.git/objects/info/commit-graph.lock", ""));
  ASSERT_TRUE(util::write_file(root + "/mine.lock", ""));
  repository.remove_left_behind();
  EXPECT_FALSE(util::exists(deep + "/index.lock"));
  EXPECT_FALSE(util::exists(root + "/.git/objects/info/commit-graph.lock"));
  EXPECT_TRUE(util::exists(deep + "/index"));
  EXPECT_TRUE(util::exists(root + "/mine.lock"));
}

TEST_F(RepositoryTest, UnfinishedObjectsOfADeadGitAreRemovedAndNothingElseOfThatName) {
  ASSERT_TRUE(repository.init(fixture.limit()));
  const std::string git = root + "/.git/";
  const std::string sub = git + "worktrees/x/modules/sub/objects/pack";
  fixture.commit(root, "tmp_file", "1");
  fixture.git(root, {"branch", "objects/tmp_branch"});
  ASSERT_TRUE(util::make_directories(git + "objects/12"));
  ASSERT_TRUE(util::make_directories(sub));
  const std::vector<std::string> unfinished{
      git + "objects/tmp_obj_a", git + "objects/12/tmp_obj_b", git + "objects/pack/tmp_pack_c",
      git + "objects/pack/.tmp-7-pack-d.pack", sub + "/tmp_idx_e"};
  for (const auto& file : unfinished) ASSERT_TRUE(util::write_file(file, "x"));
  repository.remove_left_behind();
  for (const auto& file : unfinished) EXPECT_FALSE(util::exists(file)) << file;
  EXPECT_TRUE(util::exists(root + "/tmp_file"));
  EXPECT_TRUE(util::exists(git + "refs/heads/objects/tmp_branch"));
  EXPECT_TRUE(repository.is_usable(fixture.limit()).value());
}

TEST_F(RepositoryTest, OneWhoseGitDirectoryLiesElsewhereIsNotOurs) {
  const std::string other = fixture.dir / "other";
  ASSERT_TRUE(util::make_directories(other));
  fixture.git(other, {"init", "-q"});
  ASSERT_TRUE(util::write_file(other + "/.git/shallow.lock", ""));
  ASSERT_EQ(::symlink((other + "/.git").c_str(), (root + "/.git").c_str()), 0);
  EXPECT_FALSE(repository.is_usable(fixture.limit()).value());
  repository.remove_left_behind();
  EXPECT_TRUE(util::exists(other + "/.git/shallow.lock"));
}

}  // namespace
}  // namespace gitsync::cli
