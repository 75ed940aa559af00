// SPDX-License-Identifier: Apache-2.0
// remove_tree() on trees that someone prepared: links out, deep nesting, odd names, lost
// permission, foreign owners. remove_tree_limits_test.cc has mounts, sizes and limits.
#include "util/remove_tree.h"

#include <dirent.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <functional>
#include <string>
#include <thread>

#include "support/child.h"
#include "support/temp_dir.h"
#include "unit/util/hostile.h"
#include "util/fd.h"
#include "util/files.h"

namespace gitsync::util {
namespace {

using ::testing::HasSubstr;

struct RemoveTree : ::testing::Test {
  test::TempDir dir{test::TempDir::Where::kMemory};
  std::string tree = dir / "tree";
  std::string outside = dir / "outside";

  void SetUp() override {
    ASSERT_TRUE(make_directories(tree + "/sub"));
    ASSERT_TRUE(make_directories(outside));
    ASSERT_TRUE(write_file(outside + "/precious", "kept"));
  }
  bool tree_is_gone() {
    struct stat info = {};
    return ::lstat(tree.c_str(), &info) != 0 && errno == ENOENT;
  }
  bool outside_is_whole() { return read_file(outside + "/precious").value_or("") == "kept"; }

  // Runs `body` as an ordinary user who owns the tree.
  int as_ordinary_user(const std::function<bool()>& body) {
    test::Child child([&] {
      constexpr uid_t kUser = 65533;
      for (const auto& path : {dir.path(), tree, tree + "/sub"}) {
        if (::getuid() == 0 && ::chown(path.c_str(), kUser, kUser) != 0) return 1;
      }
      if (::getuid() == 0 && ::setuid(kUser) != 0) return 2;
      return body() ? 0 : 3;
    });
    return child.wait();
  }
};

TEST_F(RemoveTree, RemovesATreeAFileAndALink) {
  ASSERT_TRUE(write_file(tree + "/sub/file", "x"));
  ASSERT_TRUE(remove_tree(tree));
  EXPECT_TRUE(tree_is_gone());
  ASSERT_TRUE(write_file(tree, "a file now"));
  ASSERT_TRUE(remove_tree(tree));
  EXPECT_TRUE(tree_is_gone());
  ASSERT_EQ(::symlink("nowhere", tree.c_str()), 0);
  ASSERT_TRUE(remove_tree(tree));
  EXPECT_TRUE(tree_is_gone());
}

TEST_F(RemoveTree, MissingPathIsSuccess) {
  EXPECT_TRUE(remove_tree(dir / "missing"));
  EXPECT_TRUE(remove_tree(dir / "missing/below"));
}

TEST_F(RemoveTree, NeverFollowsALink) {
  ASSERT_EQ(::symlink("../outside", (tree + "/link").c_str()), 0);
  ASSERT_EQ(::symlink((outside + "/precious").c_str(), (tree + "/sub/link").c_str()), 0);
  ASSERT_TRUE(remove_tree(tree));
  EXPECT_TRUE(tree_is_gone());
  EXPECT_TRUE(outside_is_whole());
  ASSERT_EQ(::symlink("outside", tree.c_str()), 0);
  ASSERT_TRUE(remove_tree(tree));
  EXPECT_TRUE(tree_is_gone());
  EXPECT_TRUE(outside_is_whole());
}

TEST_F(RemoveTree, RemovesEveryKindOfFile) {
  ASSERT_EQ(::mkfifo((tree + "/fifo").c_str(), 0600), 0);
  ASSERT_TRUE(write_file(tree + "/unreadable", "", 0));
  ASSERT_EQ(::link((tree + "/unreadable").c_str(), (tree + "/hard").c_str()), 0);
  ASSERT_TRUE(remove_tree(tree));
  EXPECT_TRUE(tree_is_gone());
}

TEST_F(RemoveTree, RemovesNamesOfAnyByte) {
  for (int c = 1; c < 256; ++c) {
    if (c == '/') continue;
    const std::string name = std::string("n") + static_cast<char>(c);
    ASSERT_TRUE(write_file(tree + "/" + name, ""));
    ASSERT_TRUE(write_file(tree + "/sub/" + std::string(1, static_cast<char>(c)) + "-rf", ""));
  }
  ASSERT_TRUE(remove_tree(tree));
  EXPECT_TRUE(tree_is_gone());
}

TEST_F(RemoveTree, RemovesManyEntries) {
  for (int i = 0; i < 5000; ++i) ASSERT_TRUE(write_file(tree + "/sub/" + std::to_string(i), ""));
  ASSERT_TRUE(remove_tree(tree));
  EXPECT_TRUE(tree_is_gone());
}

// Far deeper than PATH_MAX and than a process may have open files.
TEST_F(RemoveTree, RemovesATreeOf5000LevelsWithFewDescriptors) {
  Fd at(::open(tree.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  for (int level = 0; level < 5000; ++level) {
    ASSERT_EQ(::mkdirat(at.get(), "d", 0755), 0);
    ASSERT_EQ(::mkdirat(at.get(), "b", 0755), 0);
    ASSERT_EQ(::mkdirat(at.get(), "z", 0755), 0);
    at = Fd(::openat(at.get(), "d", O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    ASSERT_TRUE(at) << level;
  }
  test::Child limited([&] {
    const rlimit few{.rlim_cur = 256, .rlim_max = 256};
    ::setrlimit(RLIMIT_NOFILE, &few);
    const auto result = remove_tree(tree);
    if (!result) std::fputs(result.error().message.c_str(), stderr);
    return result ? 0 : 1;
  });
  EXPECT_EQ(limited.wait(), 0) << limited.standard_error();
  EXPECT_TRUE(tree_is_gone());
  remove_tree(tree);
}

TEST_F(RemoveTree, RemovesDirectoriesWithoutPermissionIfWeOwnThem) {
  EXPECT_EQ(as_ordinary_user([&] {
              return write_file(tree + "/sub/file", "", 0400) &&
                     make_directories(tree + "/none/sub") &&
                     ::chmod((tree + "/sub").c_str(), 0500) == 0 &&
                     ::chmod((tree + "/none").c_str(), 0) == 0 &&
                     ::chmod(tree.c_str(), 0100) == 0 && remove_tree(tree);
            }),
            0);
  EXPECT_TRUE(tree_is_gone());
}

TEST_F(RemoveTree, GoesOnAfterAnEntryItCannotRemoveAndNamesIt) {
  if (::getuid() != 0) GTEST_SKIP() << "only root can make files of another user";
  // Deep enough that upper levels are closed and opened again meanwhile.
  const std::string deep = tree + "/foreign";
  std::string path = deep;
  for (int level = 0; level < 300; ++level) path += "/d";
  ASSERT_TRUE(make_directories(path));
  ASSERT_TRUE(make_directories(tree + "/foreign2"));
  ASSERT_TRUE(write_file(path + "/mine", ""));
  ASSERT_TRUE(write_file(tree + "/foreign2/mine", ""));
  ASSERT_TRUE(write_file(tree + "/sub/file", ""));
  ASSERT_TRUE(write_file(tree + "/a", ""));
  ASSERT_TRUE(write_file(tree + "/z", ""));
  EXPECT_EQ(as_ordinary_user([&] {
              const auto result = remove_tree(tree);
              return !result && result.error().sys_errno == EACCES &&
                     result.error().message.find("mine") != std::string::npos;
            }),
            0);
  EXPECT_EQ(list_directory(tree).value(), (std::vector<std::string>{"foreign", "foreign2"}));
  EXPECT_TRUE(exists(path + "/mine"));
}

TEST_F(RemoveTree, TheHintNamesPathAndOwnerOfWhatWasInTheWay) {
  if (::getuid() != 0) GTEST_SKIP() << "only root can make files of another user";
  ASSERT_TRUE(make_directories(tree + "/sub/__pycache__"));
  ASSERT_TRUE(write_file(tree + "/sub/__pycache__/x.pyc", ""));
  ASSERT_TRUE(write_file(tree + "/sub/mine", ""));
  EXPECT_EQ(
      as_ordinary_user([&] {
        const auto result = remove_tree(tree);
        if (result) return false;
        std::fputs((result.error().message + "\n" + result.error().hint).c_str(), stderr);
        return result.error().hint.starts_with(tree + "/sub/__pycache__ is owned by uid 0:") &&
               result.error().message ==
                   "remove " + tree + ": sub/__pycache__/x.pyc: Permission denied";
      }),
      0);
  EXPECT_FALSE(exists(tree + "/sub/mine"));
}

TEST_F(RemoveTree, AnEmptyDirectoryOfAnotherUserIsRemovedFromOurs) {
  if (::getuid() != 0) GTEST_SKIP() << "only root can make files of another user";
  ASSERT_TRUE(make_directories(tree + "/foreign"));
  EXPECT_EQ(as_ordinary_user([&] { return remove_tree(tree).has_value(); }), 0);
  EXPECT_TRUE(tree_is_gone());
}

TEST_F(RemoveTree, DoesNotLeaveTheTreeWhenADirectoryIsSwappedForALink) {
  const std::string sub = tree + "/sub";
  const std::string link = dir / "link";
  ASSERT_EQ(::symlink(outside.c_str(), link.c_str()), 0);
  {
    const test::Swapper swapper(sub, link);
    // The other thread may get its turn late.
    for (int i = 0; i < 300 || (swapper.swaps() == 0 && i < 100'000); ++i) {
      (void)make_directories(sub + "/x");
      (void)remove_tree(tree);
      (void)make_directories(tree);
      // Fails when the other thread has just put something there, which is as good.
      [[maybe_unused]] const int made = exists(link) ? 0 : ::symlink(outside.c_str(), link.c_str());
    }
    EXPECT_GT(swapper.swaps(), 0);
  }
  EXPECT_TRUE(outside_is_whole());
}

TEST_F(RemoveTree, DoesNotLeaveTheTreeWhenADirectoryIsMovedOutMeanwhile) {
  // The deepest part moves elsewhere while it is being emptied; ".." from there must not be
  // trusted.
  for (int i = 0; i < 30; ++i) {
    std::string path = tree + "/m";
    for (int level = 0; level < 200; ++level) path += "/d";
    ASSERT_TRUE(make_directories(path));
    const std::string moved = outside + "/moved";
    std::thread mover([&] { ::rename((tree + "/m/d/d/d").c_str(), moved.c_str()); });
    (void)remove_tree(tree);
    mover.join();
    EXPECT_TRUE(outside_is_whole());
    ASSERT_TRUE(remove_tree(tree));
    ASSERT_TRUE(remove_tree(moved));
    ASSERT_TRUE(make_directories(tree));
  }
}

}  // namespace
}  // namespace gitsync::util
