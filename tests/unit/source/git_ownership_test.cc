// SPDX-License-Identifier: Apache-2.0
#include "source/git_ownership.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "support/git_fixture.h"
#include "util/files.h"

namespace gitsync::source {
namespace {

class GitOwnershipTest : public testing::Test {
 protected:
  GitOwnershipTest() {
    fixture.commit(repo, "file", "x");
    fixture.git(repo, {"worktree", "add", "-q", "--detach", repo + "/tree"});
    ours = owner_of_new_files(repo).value();
  }
  std::optional<Stranger> find() const {
    return find_stranger(cli::find_git_dirs(store).value(), ours);
  }
  std::string found() const { return find() ? find()->path.substr(store.size()) : "nothing"; }

  test::GitFixture fixture;
  const std::string repo = fixture.make_repo("repo");
  const std::string store = repo + "/.git";
  std::optional<uid_t> ours;
};

TEST_F(GitOwnershipTest, WhatGitMakesIsOurs) {
  EXPECT_EQ(found(), "nothing");
  EXPECT_EQ(ours, ::geteuid());
  const auto names = util::list_directory(repo).value();
  for (const auto& name : names) {
    EXPECT_FALSE(name.starts_with(".git-sync.probe")) << name;
  }
}

TEST_F(GitOwnershipTest, EachPartOfAnotherUserIsFound) {
  if (::geteuid() != 0) GTEST_SKIP() << "only root can give files away";
  for (const std::string part :
       {"", "/config", "/HEAD", "/objects", "/refs", "/hooks", "/info", "/worktrees",
        "/worktrees/tree", "/worktrees/tree/commondir", "/worktrees/tree/gitdir"}) {
    ASSERT_EQ(::lchown((store + part).c_str(), 65534, 65534), 0);
    EXPECT_EQ(found(), part);
    EXPECT_EQ(find()->owner, 65534U);
    EXPECT_FALSE(find_stranger(cli::find_git_dirs(store).value(), std::nullopt)) << part;
    ours = 65534;
    EXPECT_EQ(found(), "nothing") << "the rest is root's";
    ours = 0;
    ASSERT_EQ(::lchown((store + part).c_str(), 0, 0), 0);
  }
}

TEST_F(GitOwnershipTest, WhatLeadsElsewhereIsFoundWhoeverOwnsIt) {
  ours.reset();
  for (const std::string part : {"/objects", "/config", "/hooks", "/worktrees/tree/commondir"}) {
    std::filesystem::rename(store + part, store + "/aside");
    ASSERT_EQ(::symlink((store + "/aside").c_str(), (store + part).c_str()), 0);
    EXPECT_EQ(found(), part);
    ASSERT_EQ(::unlink((store + part).c_str()), 0);
    std::filesystem::rename(store + "/aside", store + part);
  }
  for (const std::string part :
       {"/commondir", "/objects/info/alternates", "/worktrees/tree/config"}) {
    ASSERT_TRUE(util::write_file(store + part, "/elsewhere\n"));
    EXPECT_EQ(found(), part);
    ASSERT_TRUE(util::remove_tree(store + part));
  }
  ASSERT_TRUE(util::write_file(store + "/worktrees/tree/commondir", "/elsewhere\n"));
  EXPECT_EQ(found(), "/worktrees/tree/commondir");
}

}  // namespace
}  // namespace gitsync::source
