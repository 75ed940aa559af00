// SPDX-License-Identifier: Apache-2.0
// Ways through a root that others may write: the published link is followed, nothing else is.
#include "util/safe_way.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <vector>

#include "support/temp_dir.h"
#include "unit/util/hostile.h"

namespace gitsync::util {
namespace {

struct SafeWayTest : ::testing::Test {
  test::TempDir dir;
  std::string root = dir / "root";
  std::string outside = dir / "outside";
  std::string tree = root + "/.worktrees/1234";
  SafeWay way{.root = root, .link = root + "/current"};

  void SetUp() override {
    ASSERT_TRUE(make_directories(tree + "/sub"));
    ASSERT_TRUE(make_directories(outside));
    link(".worktrees/1234", way.link);
  }
  void link(const std::string& target, const std::string& path) {
    ASSERT_EQ(::symlink(target.c_str(), path.c_str()), 0);
  }
  void relink(const std::string& target) {
    ASSERT_EQ(::unlink(way.link.c_str()), 0);
    link(target, way.link);
  }
  int code_of(const std::string& file) {
    const auto touched = touch_safely(file, way);
    return touched ? 0 : touched.error().sys_errno;
  }
  bool outside_is_empty() { return list_directory(outside).value().empty(); }
};

TEST_F(SafeWayTest, TouchesInTheRootBelowTheLinkAndElsewhere) {
  EXPECT_EQ(code_of(root + "/file"), 0);
  EXPECT_EQ(code_of(root + "/new/deep/file"), 0);
  EXPECT_EQ(code_of(way.link + "/file"), 0);
  EXPECT_EQ(code_of(way.link + "/sub/new/file"), 0);
  EXPECT_EQ(code_of(outside + "/new/file"), 0);
  EXPECT_TRUE(exists(root + "/new/deep/file"));
  EXPECT_TRUE(exists(tree + "/file"));
  EXPECT_TRUE(exists(tree + "/sub/new/file"));
  EXPECT_TRUE(exists(outside + "/new/file"));
}

TEST_F(SafeWayTest, NoSymlinkOfTheRepositoryIsFollowed) {
  link(outside, tree + "/absolute");
  link("../../../outside", tree + "/relative");
  link("../../../outside/file", tree + "/dangling");
  link("../../../outside", tree + "/sub/deep");
  link("sub", tree + "/harmless");
  for (const char* file : {"/absolute/x", "/relative/x", "/relative/new/x", "/dangling",
                           "/sub/deep/x", "/harmless/x"}) {
    EXPECT_EQ(code_of(way.link + file), ELOOP) << file;
    EXPECT_EQ(code_of(tree + file), ELOOP) << file;
  }
  EXPECT_TRUE(outside_is_empty());
}

TEST_F(SafeWayTest, ASymlinkInTheRootIsNotFollowed) {
  link(outside, root + "/trap");
  EXPECT_EQ(code_of(root + "/trap/x"), ELOOP);
  EXPECT_EQ(code_of(root + "/trap"), ELOOP);
  ASSERT_TRUE(util::remove_tree(root + "/.worktrees"));
  link(outside, root + "/.worktrees");
  ASSERT_TRUE(make_directories(outside + "/1234"));
  EXPECT_EQ(code_of(way.link + "/x"), ELOOP);
  EXPECT_TRUE(list_directory(outside + "/1234").value().empty());
}

TEST_F(SafeWayTest, ALinkThatLeadsOutOfTheRootIsNotTheOneWePublished) {
  const std::vector<std::string> targets{outside, "../outside", "/", ".worktrees/../../outside"};
  for (const auto& target : targets) {
    relink(target);
    EXPECT_EQ(code_of(way.link + "/x"), ELOOP) << target;
    EXPECT_EQ(code_of(way.link + "/new/x"), ELOOP) << target;
  }
  EXPECT_TRUE(outside_is_empty());
}

TEST_F(SafeWayTest, TheLinkIsFollowedOnceAndNeverMade) {
  relink("current");
  EXPECT_EQ(code_of(way.link + "/x"), ELOOP);
  relink(".worktrees/missing");
  EXPECT_EQ(code_of(way.link + "/x"), ENOENT);
  EXPECT_FALSE(exists(root + "/.worktrees/missing"));
  ASSERT_EQ(::unlink(way.link.c_str()), 0);
  EXPECT_EQ(code_of(way.link + "/x"), ENOENT);
  EXPECT_EQ(code_of(way.link + "/new/x"), ENOENT);
  EXPECT_FALSE(exists(way.link));
}

TEST_F(SafeWayTest, ALinkOutsideTheRootLeadsIntoItAndNoFurther) {
  way.link = outside + "/current";
  link("../root/.worktrees/1234", way.link);
  EXPECT_EQ(code_of(way.link + "/file"), 0);
  EXPECT_TRUE(exists(tree + "/file"));
  link("../../../outside", tree + "/trap");
  EXPECT_EQ(code_of(way.link + "/trap/x"), ELOOP);
  // The other one is not the published link now.
  EXPECT_EQ(code_of(root + "/current/x"), ELOOP);
}

TEST_F(SafeWayTest, AWayOfTheUsersOwnIntoTheRootIsTakenUpToTheRoot) {
  link(root, outside + "/alias");
  link("../root/.worktrees", outside + "/trees");
  link(outside, tree + "/trap");
  link(outside, root + "/.worktrees/trap");
  EXPECT_EQ(code_of(outside + "/alias/x"), 0);
  EXPECT_EQ(code_of(outside + "/alias/current/x"), 0);
  EXPECT_EQ(code_of(outside + "/trees/x"), 0);
  EXPECT_EQ(code_of(outside + "/alias/current/trap/x"), ELOOP);
  EXPECT_EQ(code_of(outside + "/trees/trap/x"), ELOOP);
  link("../root/.worktrees/trap/file", outside + "/file");
  EXPECT_EQ(code_of(outside + "/file"), ELOOP);
}

TEST_F(SafeWayTest, OutsideTheRootSymlinksAreFollowedAsAlways) {
  ASSERT_TRUE(make_directories(outside + "/real"));
  link("real", outside + "/folder");
  link("folder/./target", outside + "/file");
  link(outside + "/file", outside + "/again");
  EXPECT_EQ(code_of(outside + "/folder/x"), 0);
  EXPECT_EQ(code_of(outside + "/folder/../folder/y"), 0);
  EXPECT_EQ(code_of(outside + "/again"), 0);
  EXPECT_EQ(list_directory(outside + "/real").value(),
            (std::vector<std::string>{"target", "x", "y"}));
  link("loop", outside + "/loop");
  EXPECT_EQ(code_of(outside + "/loop/x"), ELOOP);
  EXPECT_EQ(code_of(outside + "/loop"), ELOOP);
}

TEST_F(SafeWayTest, MissingFoldersAreMadeAsFarAsAskedFor) {
  EXPECT_FALSE(open_folder_safely(root + "/new", way));
  EXPECT_FALSE(open_folder_safely(root + "/new/deep", way, Missing::kMakeLast));
  EXPECT_FALSE(exists(root + "/new"));
  EXPECT_TRUE(open_folder_safely(root + "/new", way, Missing::kMakeLast));
  EXPECT_TRUE(open_folder_safely(root + "/other/deep", way, Missing::kMakeAll));
  const auto folder = open_folder_safely(way.link, way);
  ASSERT_TRUE(folder);
  EXPECT_TRUE(folder->write_file_atomic("error", "tmp-err-", "{}", 0644));
  EXPECT_EQ(read_file(tree + "/error").value(), "{}");
}

TEST_F(SafeWayTest, ARootThatIsMissingIsMade) {
  ASSERT_TRUE(util::remove_tree(root));
  EXPECT_EQ(code_of(root + "/file"), 0);
  EXPECT_TRUE(exists(root + "/file"));
}

TEST_F(SafeWayTest, NothingOutsideChangesWhileThePublishedPathIsSwapped) {
  link("../../../outside", tree + "/trap");
  link(outside, root + "/trap");
  ASSERT_TRUE(make_directories(outside + "/sub"));
  const test::Swapper below(tree + "/sub", tree + "/trap");
  const test::Swapper above(root + "/.worktrees", root + "/trap");
  int done = 0;
  int refused = 0;
  for (int i = 0; i < 2000 || ((done == 0 || refused == 0) && i < 200'000); ++i) {
    ++(touch_safely(way.link + "/sub/x", way) ? done : refused);
    (void)touch_safely(way.link + "/trap/sub/x", way);
  }
  EXPECT_GT(done, 0);
  EXPECT_GT(refused, 0);
  EXPECT_EQ(list_directory(outside).value(), (std::vector<std::string>{"sub"}));
  EXPECT_TRUE(list_directory(outside + "/sub").value().empty());
}

}  // namespace
}  // namespace gitsync::util
