// SPDX-License-Identifier: Apache-2.0
#include "cli/stale_locks.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "cli/repository.h"
#include "support/git_fixture.h"
#include "util/files.h"

namespace gitsync::cli {
namespace {

class StaleLocksTest : public testing::Test {
 protected:
  StaleLocksTest() { EXPECT_TRUE(util::make_directories(root)); }

  test::GitFixture fixture;
  const std::string root = fixture.dir / "root";
  const Repository repository{root, fixture.cli, fixture.logger()};
};

TEST_F(StaleLocksTest, StaleLocksOfADeadGitBlockNothing) {
  ASSERT_TRUE(repository.init(fixture.limit()));
  for (const std::string lock : {"shallow.lock", "index.lock", "HEAD.lock", "config.lock"}) {
    ASSERT_TRUE(util::write_file(root + "/.git/" + lock, ""));
  }
  remove_stale_locks(root, fixture.logger());
  fixture.commit(root, "a", "1");
  EXPECT_FALSE(util::exists(root + "/.git/shallow.lock"));
}

TEST_F(StaleLocksTest, StaleLocksAreFoundHoweverDeepTheyLie) {
  ASSERT_TRUE(repository.init(fixture.limit()));
  const std::string deep = root + "/.git/worktrees/x/modules/sub/modules/inner";
  ASSERT_TRUE(util::make_directories(deep));
  ASSERT_TRUE(util::make_directories(root + "/.git/objects/info"));
  ASSERT_TRUE(util::write_file(deep + "/index.lock", ""));
  ASSERT_TRUE(util::write_file(deep + "/index", ""));
  ASSERT_TRUE(util::write_file(root + "/.git/objects/info/commit-graph.lock", ""));
  ASSERT_TRUE(util::write_file(root + "/mine.lock", ""));
  remove_stale_locks(root, fixture.logger());
  EXPECT_FALSE(util::exists(deep + "/index.lock"));
  EXPECT_FALSE(util::exists(root + "/.git/objects/info/commit-graph.lock"));
  EXPECT_TRUE(util::exists(deep + "/index"));
  EXPECT_TRUE(util::exists(root + "/mine.lock"));
}

TEST_F(StaleLocksTest, UnfinishedObjectsOfADeadGitAreRemovedAndNothingElseOfThatName) {
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
  remove_stale_locks(root, fixture.logger());
  for (const auto& file : unfinished) EXPECT_FALSE(util::exists(file)) << file;
  EXPECT_TRUE(util::exists(root + "/tmp_file"));
  EXPECT_TRUE(util::exists(git + "refs/heads/objects/tmp_branch"));
  EXPECT_TRUE(repository.is_usable(fixture.limit()).value());
}

TEST_F(StaleLocksTest, OneWhoseGitDirectoryLiesElsewhereIsNotOurs) {
  const std::string other = fixture.dir / "other";
  ASSERT_TRUE(util::make_directories(other));
  fixture.git(other, {"init", "-q"});
  ASSERT_TRUE(util::write_file(other + "/.git/shallow.lock", ""));
  ASSERT_EQ(::symlink((other + "/.git").c_str(), (root + "/.git").c_str()), 0);
  EXPECT_FALSE(repository.is_usable(fixture.limit()).value());
  remove_stale_locks(root, fixture.logger());
  EXPECT_TRUE(util::exists(other + "/.git/shallow.lock"));
}

}  // namespace
}  // namespace gitsync::cli
