// SPDX-License-Identifier: Apache-2.0
// What cannot be removed moves aside, so that its name is free, and goes later.
#include "util/removal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <string>

#include "support/temp_dir.h"
#include "unit/util/hostile.h"
#include "util/files.h"

namespace gitsync::util {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

// A parent of an ordinary user, with trees in it that partly belong to root.
struct RemovalTest : ::testing::Test {
  test::TempDir dir{test::TempDir::Where::kMemory};
  std::string trees = dir / "trees";
  std::string aside = dir / "aside";
  std::string tree = trees + "/1234";

  void SetUp() override {
    if (::getuid() != 0) GTEST_SKIP() << "only root can make files of another user";
    for (const auto& path : {dir.path(), trees, aside, tree, tree + "/own"}) make_own(path);
    ASSERT_TRUE(make_directories(tree + "/own/__pycache__"));
    ASSERT_TRUE(write_file(tree + "/own/__pycache__/x.pyc", ""));
    ASSERT_TRUE(write_file(tree + "/file", ""));
  }
  void make_own(const std::string& path) {
    ASSERT_TRUE(make_directories(path));
    ASSERT_EQ(::chown(path.c_str(), test::kOrdinaryUser, test::kOrdinaryUser), 0);
  }
  // Runs it as the ordinary user; `claim` sees what it returned.
  int remove(const std::string& name, const std::function<bool(const Result<Removal>&)>& claim) {
    return test::as_ordinary_user([&] {
      const auto parent = Folder::open(trees).value();
      const auto result = remove_or_set_aside(parent, name, Folder::open(aside).value());
      return claim(result) ? 0 : 1;
    });
  }
};

TEST_F(RemovalTest, WhatCanBeRemovedIsRemoved) {
  make_own(trees + "/5678/sub");
  make_own(trees + "/5678");
  EXPECT_EQ(remove("5678", [](const auto& r) { return r && r->removed() && r->aside.empty(); }), 0);
  EXPECT_EQ(remove("missing", [](const auto& r) { return r && r->removed(); }), 0);
  EXPECT_THAT(list_directory(trees).value(), ElementsAre("1234"));
  EXPECT_THAT(list_directory(aside).value(), IsEmpty());
}

TEST_F(RemovalTest, WhatIsLeftMovesAsideAndTheHintNamesPathAndOwner) {
  EXPECT_EQ(remove("1234",
                   [&](const auto& result) {
                     return result && result->trouble &&
                            result->aside.starts_with(aside + "/1234.") &&
                            result->trouble->sys_errno == EACCES &&
                            result->trouble->hint.starts_with(
                                tree + "/own/__pycache__ is owned by uid 0:");
                   }),
            0);
  EXPECT_THAT(list_directory(trees).value(), IsEmpty());
  const auto left = list_directory(aside).value();
  ASSERT_EQ(left.size(), 1U);
  EXPECT_THAT(list_directory(aside + "/" + left[0]).value(), ElementsAre("own"));
}

// Its ".." would change, which needs permission on it.
TEST_F(RemovalTest, ADirectoryOfAnotherUserMovesBesideItself) {
  ASSERT_EQ(::chown(tree.c_str(), 0, 0), 0);
  EXPECT_EQ(remove("1234",
                   [&](const auto& result) {
                     return result && result->trouble &&
                            result->aside.starts_with(trees + "/.aside.1234.");
                   }),
            0);
  EXPECT_THAT(list_directory(trees).value(), ElementsAre(StartsWith(".aside.1234.")));
}

TEST_F(RemovalTest, ALongNameMovesAsideToo) {
  const std::string name(255, 'n');
  ASSERT_EQ(::rename(tree.c_str(), (trees + "/" + name).c_str()), 0);
  EXPECT_EQ(remove(name, [](const auto& result) { return result && result->trouble; }), 0);
  EXPECT_THAT(list_directory(trees).value(), IsEmpty());
}

TEST_F(RemovalTest, ATreeWithAMountInItMovesAsideWithTheMount) {
  const std::string mounted = tree + "/own/__pycache__";
  const int status = test::with_own_mounts([&] {
    if (::mount("tmpfs", mounted.c_str(), "tmpfs", 0, nullptr) != 0) return test::kCannotMount;
    const auto result =
        remove_or_set_aside(Folder::open(trees).value(), "1234", Folder::open(aside).value());
    return result && result->trouble && result->trouble->sys_errno == EXDEV && !exists(tree) ? 0
                                                                                             : 1;
  });
  if (status == test::kCannotMount) GTEST_SKIP() << "may not mount here";
  EXPECT_EQ(status, 0);
}

TEST_F(RemovalTest, ANameThatCannotBeFreedIsAnErrorWithTheFirstHint) {
  ASSERT_EQ(::chown(trees.c_str(), 0, 0), 0);
  EXPECT_EQ(remove("1234",
                   [&](const auto& result) {
                     return !result && result.error().hint.find("uid 0") != std::string::npos;
                   }),
            0);
  EXPECT_THAT(list_directory(trees).value(), ElementsAre("1234"));
}

TEST_F(RemovalTest, AStoppedRemovalSetsNothingAside) {
  const Event stop;
  stop.set();
  const auto result = remove_or_set_aside(Folder::open(trees).value(), "1234",
                                          Folder::open(aside).value(), {.stop = &stop});
  EXPECT_EQ(result.error().kind, ErrorKind::kStopped);
  EXPECT_TRUE(exists(tree));
}

TEST_F(RemovalTest, WhatWasSetAsideGoesAsSoonAsItCan) {
  ASSERT_EQ(remove("1234", [](const auto& result) { return result && result->trouble; }), 0);
  const auto retry = [&](std::size_t removed, std::size_t left) {
    const auto result = retry_removals(Folder::open(aside).value());
    return result && result->removed == removed && result->left == left &&
           result->trouble.has_value() == (left > 0);
  };
  EXPECT_EQ(test::as_ordinary_user([&] { return retry(0, 1) ? 0 : 1; }), 0);
  EXPECT_TRUE(retry(1, 0));
  EXPECT_THAT(list_directory(aside).value(), IsEmpty());
  EXPECT_TRUE(retry(0, 0));
}

TEST_F(RemovalTest, RetriesAreBoundedAndEachEntryHasItsTurn) {
  for (int i = 0; i < 100; ++i) make_own(aside + "/x." + std::to_string(i));
  ASSERT_TRUE(make_directories(aside + "/other"));
  const auto folder = Folder::open(aside).value();
  const RetryOptions options{.prefix = "x.", .entries = 8};
  EXPECT_EQ(retry_removals(folder, options)->removed, 8U);
  int calls = 1;
  while (calls < 100 && retry_removals(folder, options)->removed > 0) ++calls;
  EXPECT_EQ(calls, 13);
  EXPECT_THAT(list_directory(aside).value(), ElementsAre("other"));
}

}  // namespace
}  // namespace gitsync::util
