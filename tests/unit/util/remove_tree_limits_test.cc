// SPDX-License-Identifier: Apache-2.0
// Where remove_tree() ends: at mounts, at entries that cannot go, at limits; and what it costs.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/fs.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <initializer_list>
#include <string>

#include "support/child.h"
#include "support/temp_dir.h"
#include "unit/util/hostile.h"
#include "util/event.h"
#include "util/fd.h"
#include "util/files.h"
#include "util/remove_tree.h"

namespace gitsync::util {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

struct RemoveTreeLimits : ::testing::Test {
  test::TempDir dir{test::TempDir::Where::kMemory};
  std::string tree = dir / "tree";
  std::string outside = dir / "outside";

  void SetUp() override {
    ASSERT_TRUE(make_directories(tree + "/sub/mounted"));
    ASSERT_TRUE(make_directories(tree + "/sub/other"));
    ASSERT_TRUE(make_directories(outside));
    ASSERT_TRUE(write_file(outside + "/precious", "kept"));
  }
  Folder folder() { return Folder::open(dir.path()).value(); }
  // The body of a child: fails with a number of its own, so that a test says where.
  static int expect(std::initializer_list<bool> claims) {
    int number = 1;
    for (const bool claim : claims) {
      if (!claim) return number;
      ++number;
    }
    return 0;
  }
  bool mount_error_names(const Result<void>& result, const std::string& path) {
    return !result && result.error().sys_errno == EXDEV &&
           result.error().message.find(path) != std::string::npos && !result.error().hint.empty();
  }
};

TEST_F(RemoveTreeLimits, AnotherFileSystemIsNotEnteredAndTheRestIsRemoved) {
  const std::string mounted = tree + "/sub/mounted";
  const int status = test::with_own_mounts([&] {
    if (::mount("tmpfs", mounted.c_str(), "tmpfs", 0, nullptr) != 0) return test::kCannotMount;
    if (!write_file(mounted + "/precious", "kept")) return 100;
    const auto result = remove_tree(tree);
    return expect({mount_error_names(result, "sub/mounted"), exists(mounted + "/precious"),
                   !exists(tree + "/sub/other")});
  });
  if (status == test::kCannotMount) GTEST_SKIP() << "may not mount here";
  EXPECT_EQ(status, 0);
}

// The device is the same, as with two volumes of a pod on one disk of the node.
TEST_F(RemoveTreeLimits, ABindMountIsNotEnteredEither) {
  const std::string mounted = tree + "/sub/mounted";
  const int status = test::with_own_mounts([&] {
    if (::mount(outside.c_str(), mounted.c_str(), nullptr, MS_BIND, nullptr) != 0) {
      return test::kCannotMount;
    }
    const auto result = remove_tree(folder(), "tree");
    // Nor when it is what is to be removed.
    const auto itself = remove_tree(folder(), "tree/sub/mounted");
    return expect({mount_error_names(result, "sub/mounted"), !exists(tree + "/sub/other"),
                   mount_error_names(itself, mounted)});
  });
  if (status == test::kCannotMount) GTEST_SKIP() << "may not mount here";
  EXPECT_EQ(status, 0);
  EXPECT_EQ(read_file(outside + "/precious").value_or(""), "kept");
}

TEST_F(RemoveTreeLimits, AMountedFileIsBusyAndDoesNotStopTheRest) {
  const std::string file = tree + "/sub/file";
  ASSERT_TRUE(write_file(file, ""));
  const int status = test::with_own_mounts([&] {
    const std::string from = outside + "/precious";
    if (::mount(from.c_str(), file.c_str(), nullptr, MS_BIND, nullptr) != 0) {
      return test::kCannotMount;
    }
    const auto result = remove_tree(tree);
    return expect({!result, result || result.error().sys_errno == EBUSY, exists(file),
                   !exists(tree + "/sub/mounted"), !exists(tree + "/sub/other")});
  });
  if (status == test::kCannotMount) GTEST_SKIP() << "may not mount here";
  EXPECT_EQ(status, 0);
  EXPECT_EQ(read_file(outside + "/precious").value_or(""), "kept");
}

// Marks a file so that not even root may remove it; false where the file system cannot.
bool set_immutable(const std::string& path, bool on) {
  const Fd fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  int flags = 0;
  if (!fd || ::ioctl(fd.get(), FS_IOC_GETFLAGS, &flags) != 0) return false;
  flags = on ? flags | FS_IMMUTABLE_FL : flags & ~FS_IMMUTABLE_FL;
  return ::ioctl(fd.get(), FS_IOC_SETFLAGS, &flags) == 0;
}

TEST_F(RemoveTreeLimits, AnImmutableFileDoesNotStopTheRest) {
  const std::string file = tree + "/sub/immutable";
  ASSERT_TRUE(write_file(file, ""));
  if (!set_immutable(file, true)) GTEST_SKIP() << "cannot mark files as immutable here";
  const auto result = remove_tree(tree);
  EXPECT_TRUE(set_immutable(file, false));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().sys_errno, EPERM);
  EXPECT_THAT(result.error().message, HasSubstr("sub/immutable"));
  EXPECT_THAT(result.error().hint, HasSubstr("lsattr"));
  EXPECT_THAT(list_directory(tree + "/sub").value(), ElementsAre("immutable"));
}

// In kB. The names alone are 12,000; a sanitizer keeps what was freed for a while.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr long kMostGrowth = 8192;
#else
constexpr long kMostGrowth = 4096;
#endif

TEST_F(RemoveTreeLimits, MemoryDoesNotGrowWithTheNamesInADirectory) {
  const Fd many(::open((tree + "/sub").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  const std::string name(200, 'n');
  for (int i = 0; i < 60'000; ++i) {
    ASSERT_EQ(::mknodat(many.get(), (name + std::to_string(i)).c_str(), S_IFREG | 0600, 0), 0);
  }
  test::Child remover([&] {
    const auto peak = [] { return std::stol(test::process_status(::getpid(), "VmHWM")); };
    const long before = peak();
    if (!remove_tree(tree)) return 1;
    std::fprintf(stderr, "the peak grew by %ld kB", peak() - before);
    return peak() - before < kMostGrowth ? 0 : 2;
  });
  EXPECT_EQ(remover.wait(), 0) << remover.standard_error();
  EXPECT_FALSE(exists(tree));
}

TEST_F(RemoveTreeLimits, ManyDirectoriesWithFilesAllGo) {
  for (int i = 0; i < 3000; ++i) {
    const std::string path = tree + "/sub/d" + std::to_string(i);
    ASSERT_EQ(::mkdir(path.c_str(), 0755), 0);
    ASSERT_TRUE(write_file(path + "/file", ""));
  }
  EXPECT_TRUE(remove_tree(tree));
  EXPECT_FALSE(exists(tree));
}

TEST_F(RemoveTreeLimits, AStopLeavesTheRest) {
  const Event stop;
  stop.set();
  EXPECT_EQ(remove_tree(folder(), "tree", {.limit = {.stop = &stop}}).error().kind,
            ErrorKind::kStopped);
  EXPECT_TRUE(exists(tree));
  const Limit past{.deadline = SteadyClock::now()};
  EXPECT_EQ(remove_tree(folder(), "tree", {.limit = past}).error().kind, ErrorKind::kTimeout);
  EXPECT_TRUE(exists(tree));
}

TEST_F(RemoveTreeLimits, GivesUpAfterAsManyFailuresAsAllowed) {
  if (::getuid() != 0) GTEST_SKIP() << "only root can make files of another user";
  // Each of the user's ten directories has a file to remove beside one of root's that cannot go.
  const auto mine = [&](int i) { return tree + "/sub/" + std::to_string(i); };
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(make_directories(mine(i) + "/foreign"));
    ASSERT_TRUE(write_file(mine(i) + "/foreign/file", ""));
    ASSERT_TRUE(write_file(mine(i) + "/file", ""));
    ASSERT_EQ(::chown(mine(i).c_str(), test::kOrdinaryUser, test::kOrdinaryUser), 0);
  }
  ASSERT_EQ(::chmod(dir.path().c_str(), 0755), 0);
  const auto left_after = [&](std::size_t failures) {
    const int status = test::as_ordinary_user(
        [&] { return remove_tree(folder(), "tree/sub", {.failures = failures}) ? 1 : 0; });
    EXPECT_EQ(status, 0);
    int left = 0;
    for (int i = 0; i < 10; ++i) left += exists(mine(i) + "/file") ? 1 : 0;
    return left;
  };
  EXPECT_GE(left_after(1), 9);
  EXPECT_EQ(left_after(1000), 0);
}

}  // namespace
}  // namespace gitsync::util
