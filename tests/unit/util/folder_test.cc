// SPDX-License-Identifier: Apache-2.0
// Folder, with symlinks wherever somebody could put one. Each test runs with openat2(2) and
// without it.
#include "util/folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <functional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "support/temp_dir.h"
#include "unit/util/hostile.h"
#include "util/remove_tree.h"

namespace gitsync::util {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// The parameter: what openat2(2) fails with, 0 for a kernel that has it.
struct FolderTest : ::testing::TestWithParam<int> {
  test::TempDir dir{test::TempDir::Where::kMemory};
  std::string inside = dir / "inside";
  std::string outside = dir / "outside";

  void SetUp() override {
    ASSERT_TRUE(make_directories(inside + "/a/b"));
    ASSERT_TRUE(make_directories(outside + "/b"));
    ASSERT_TRUE(write_file(outside + "/precious", "kept"));
    ASSERT_TRUE(write_file(outside + "/b/precious", "kept"));
  }
  // A thread of its own, because a filter of system calls cannot be taken off again.
  void run(const std::function<void(const Folder&)>& body) {
    std::thread([&] {
      ASSERT_TRUE(GetParam() == 0 || test::forbid_openat2(GetParam()));
      const auto folder = Folder::open(inside);
      ASSERT_TRUE(folder);
      body(*folder);
    }).join();
  }
  void link(const std::string& name, const std::string& target) {
    ASSERT_EQ(::symlink(target.c_str(), (inside + "/" + name).c_str()), 0);
  }
  bool outside_is_whole() {
    return list_directory(outside).value() == std::vector<std::string>{"b", "precious"} &&
           list_directory(outside + "/b").value() == std::vector<std::string>{"precious"} &&
           read_file(outside + "/precious").value() == "kept" &&
           read_file(outside + "/b/precious").value() == "kept";
  }
};

std::string kernel_name(const ::testing::TestParamInfo<int>& kernel) {
  if (kernel.param == 0) return "WithOpenat2";
  return kernel.param == ENOSYS ? "OldKernel" : "Filtered";
}

INSTANTIATE_TEST_SUITE_P(Kernels, FolderTest, ::testing::Values(0, ENOSYS, EPERM), kernel_name);

TEST_P(FolderTest, OpensWhatIsBelowAndNamesItsPath) {
  run([&](const Folder& folder) {
    const auto below = folder.open_beneath("a//./b/");
    ASSERT_TRUE(below);
    EXPECT_EQ(below->path(), inside + "/a/b");
    EXPECT_EQ(below->id(), folder.info("a/b")->id);
    EXPECT_EQ(folder.open_beneath("")->id(), folder.id());
    EXPECT_EQ(folder.open_beneath("a/missing/x").error().kind, ErrorKind::kNotFound);
    EXPECT_THAT(folder.open_beneath("a/missing").error().message, HasSubstr(inside + "/a/missing"));
  });
}

TEST_P(FolderTest, RefusesPathsThatLeadElsewhere) {
  run([&](const Folder& folder) {
    for (const std::string path : {"/", "/etc", "..", "a/..", "a/../../outside", "../outside"}) {
      EXPECT_EQ(folder.open_beneath(path).error().kind, ErrorKind::kInvalid) << path;
      EXPECT_EQ(folder.touch(path).error().kind, ErrorKind::kInvalid) << path;
      EXPECT_EQ(remove_tree(folder, path).error().kind, ErrorKind::kInvalid) << path;
    }
    const std::string nul("a\0b", 3);
    EXPECT_EQ(folder.touch(nul).error().kind, ErrorKind::kInvalid);
    // The folder itself is no entry of itself.
    EXPECT_EQ(folder.touch(".").error().kind, ErrorKind::kInvalid);
    EXPECT_EQ(remove_tree(folder, "").error().kind, ErrorKind::kInvalid);
  });
  EXPECT_TRUE(outside_is_whole());
}

TEST_P(FolderTest, NoOperationFollowsASymlinkOnTheWay) {
  const std::vector<std::string> targets{outside, "../outside", "a"};
  for (const auto& target : targets) {
    link("link", target);
    ASSERT_TRUE(make_directories(inside + "/c"));
    ASSERT_EQ(::symlink((inside + "/link").c_str(), (inside + "/c/link").c_str()), 0);
    run([&](const Folder& folder) {
      const auto refused = [](const auto& result) {
        return !result && result.error().sys_errno == ELOOP;
      };
      for (const std::string way : {"link/", "link/b/", "c/link/", "c/link/b/"}) {
        const std::string file = way + "precious";
        EXPECT_TRUE(refused(folder.open_beneath(way))) << way;
        EXPECT_TRUE(refused(folder.make_directories(way + "new"))) << way;
        EXPECT_TRUE(refused(folder.info(file))) << way;
        EXPECT_TRUE(refused(folder.read_file(file))) << way;
        EXPECT_TRUE(refused(folder.list(way))) << way;
        EXPECT_TRUE(refused(folder.write_file_atomic(file, "tmp-", "x", 0644))) << way;
        EXPECT_TRUE(refused(folder.touch(way + "new"))) << way;
        EXPECT_TRUE(refused(folder.read_link(file))) << way;
        EXPECT_TRUE(refused(folder.make_symlink("x", way + "new"))) << way;
        EXPECT_TRUE(refused(folder.rename(file, folder, "taken"))) << way;
        EXPECT_TRUE(refused(folder.rename("a", folder, way + "new"))) << way;
        EXPECT_TRUE(refused(folder.remove_file(file))) << way;
        EXPECT_TRUE(refused(remove_tree(folder, file))) << way;
        EXPECT_FALSE(folder.exists(file)) << way;
      }
    });
    ASSERT_TRUE(util::remove_tree(inside + "/c"));
    ASSERT_EQ(::unlink((inside + "/link").c_str()), 0);
    EXPECT_THAT(list_directory(inside + "/a/b").value(), IsEmpty());
  }
  EXPECT_TRUE(outside_is_whole());
}

TEST_P(FolderTest, ASymlinkAtTheEndIsHandledAsOne) {
  run([&](const Folder& folder) {
    link("link", "../outside/precious");
    EXPECT_EQ(folder.info("link")->kind, EntryKind::kSymlink);
    EXPECT_EQ(folder.read_link("link").value(), "../outside/precious");
    EXPECT_EQ(folder.read_file("link").error().sys_errno, ELOOP);
    EXPECT_EQ(folder.touch("link").error().sys_errno, ELOOP);
    ASSERT_TRUE(folder.write_file_atomic("link", "tmp-", "new", 0644));
    EXPECT_EQ(folder.read_file("link").value(), "new");
    link("other", "../outside");
    EXPECT_EQ(folder.open_beneath("other").error().sys_errno, ELOOP);
    EXPECT_TRUE(folder.rename("other", folder, "moved"));
    EXPECT_TRUE(folder.remove_file("moved"));
    EXPECT_FALSE(folder.exists("moved"));
    link("dangling", "../outside/new");
    EXPECT_EQ(folder.touch("dangling").error().sys_errno, ELOOP);
    EXPECT_TRUE(remove_tree(folder, "dangling"));
  });
  EXPECT_TRUE(outside_is_whole());
}

TEST_P(FolderTest, MakesDirectoriesAndTouchesFilesInThem) {
  run([&](const Folder& folder) {
    const auto made = folder.make_directories("a/new/deep");
    ASSERT_TRUE(made);
    EXPECT_TRUE(folder.make_directories("a/new/deep"));
    EXPECT_TRUE(made->touch("file"));
    EXPECT_TRUE(folder.touch("a/new/deep/file"));
    EXPECT_TRUE(folder.touch("a/new"));
    EXPECT_EQ(folder.info("a/new/deep/file")->kind, EntryKind::kFile);
    EXPECT_EQ(folder.make_directories("a/new/deep/file/x").error().sys_errno, ENOTDIR);
    EXPECT_EQ(folder.touch("a/missing/file").error().kind, ErrorKind::kNotFound);
  });
}

TEST_P(FolderTest, InfoTellsKindsAndNothing) {
  run([&](const Folder& folder) {
    ASSERT_EQ(::mkfifo((inside + "/pipe").c_str(), 0600), 0);
    ASSERT_TRUE(folder.write_file_atomic("file", "tmp-", "12345", 0640));
    EXPECT_EQ(folder.info("")->kind, EntryKind::kDirectory);
    EXPECT_EQ(folder.info("pipe")->kind, EntryKind::kOther);
    EXPECT_EQ(folder.info("file")->size, 5);
    EXPECT_EQ(folder.info("file")->mode, 0640U);
    EXPECT_EQ(folder.info("file")->owner, ::geteuid());
    EXPECT_EQ(folder.info("missing")->kind, EntryKind::kNothing);
    EXPECT_EQ(folder.info("missing/below")->kind, EntryKind::kNothing);
    EXPECT_EQ(folder.info("file/below")->kind, EntryKind::kNothing);
    EXPECT_EQ(folder.read_link("missing").value(), std::nullopt);
    EXPECT_EQ(folder.read_link("file").error().kind, ErrorKind::kInvalid);
    EXPECT_EQ(folder.read_file("pipe").error().kind, ErrorKind::kInvalid);
    EXPECT_EQ(folder.read_file("file", 4).error().kind, ErrorKind::kInvalid);
  });
}

TEST_P(FolderTest, RenamesReplaceRefuseAndExchange) {
  run([&](const Folder& folder) {
    ASSERT_TRUE(folder.write_file_atomic("one", "tmp-", "1", 0644));
    ASSERT_TRUE(folder.write_file_atomic("two", "tmp-", "2", 0644));
    EXPECT_EQ(folder.rename("one", folder, "two", OnTarget::kRefuse).error().sys_errno, EEXIST);
    ASSERT_TRUE(folder.rename("one", folder, "two", OnTarget::kExchange));
    EXPECT_EQ(folder.read_file("two").value(), "1");
    const auto other = folder.open_beneath("a").value();
    ASSERT_TRUE(folder.rename("two", other, "b/moved"));
    EXPECT_EQ(folder.read_file("a/b/moved").value(), "1");
    ASSERT_TRUE(folder.rename("one", other, "b/moved"));
    EXPECT_EQ(folder.read_file("a/b/moved").value(), "2");
  });
}

TEST_P(FolderTest, AtomicWritesLeaveNothingElseAndCanBeFlushed) {
  run([&](const Folder& folder) {
    EXPECT_TRUE(folder.write_file_atomic("a/b/file", "tmp-", "x", 0604, Durability::kSynced));
    EXPECT_EQ(folder.info("a/b/file")->mode, 0604U);
    EXPECT_FALSE(folder.write_file_atomic("a", "tmp-", "x", 0644));
    EXPECT_THAT(folder.list().value(), ElementsAre("a"));
    EXPECT_THAT(folder.list("a/b").value(), ElementsAre("file"));
    EXPECT_TRUE(folder.sync());
  });
}

TEST_P(FolderTest, RemovesFilesButNoDirectories) {
  run([&](const Folder& folder) {
    ASSERT_TRUE(folder.touch("file"));
    EXPECT_TRUE(folder.remove_file("file"));
    EXPECT_TRUE(folder.remove_file("file"));
    EXPECT_TRUE(folder.remove_file("missing/file"));
    EXPECT_EQ(folder.remove_file("a").error().sys_errno, EISDIR);
    EXPECT_TRUE(remove_tree(folder, "a"));
    EXPECT_TRUE(remove_tree(folder, "a/b"));
    EXPECT_FALSE(folder.exists("a"));
  });
}

TEST_P(FolderTest, StaysTheSameDirectoryWhenItsPathIsTaken) {
  run([&](const Folder& folder) {
    ASSERT_EQ(::rename(inside.c_str(), (dir / "elsewhere").c_str()), 0);
    ASSERT_EQ(::symlink("outside", inside.c_str()), 0);
    EXPECT_TRUE(folder.touch("file"));
    EXPECT_TRUE(remove_tree(folder, "precious"));
    EXPECT_THAT(list_directory(dir / "elsewhere").value(), ElementsAre("a", "file"));
  });
  EXPECT_TRUE(outside_is_whole());
}

TEST_P(FolderTest, NothingOutsideChangesWhileDirectoriesAreSwappedForLinks) {
  link("trap", outside);
  run([&](const Folder& folder) {
    const test::Swapper swapper(inside + "/a", inside + "/trap");
    int refused = 0;
    for (int i = 0; i < 1500 || (refused == 0 && i < 100'000); ++i) {
      const bool done = folder.touch("a/new").has_value();
      (void)folder.write_file_atomic("a/precious", "tmp-", "lost", 0644);
      (void)folder.make_directories("a/made/deep");
      (void)folder.make_symlink("x", "a/b/link");
      (void)folder.rename("a/precious", folder, "a/b/precious");
      (void)remove_tree(folder, "a/b/precious");
      (void)remove_tree(folder, "a/b");
      (void)folder.remove_file("a/precious");
      if (!done) ++refused;
    }
    EXPECT_GT(refused, 0);
  });
  EXPECT_TRUE(outside_is_whole());
}

TEST_P(FolderTest, VisitsEachEntryUntilToldToStop) {
  run([&](const Folder& folder) {
    for (int i = 0; i < 5000; ++i) ASSERT_TRUE(folder.touch("a/" + std::to_string(i)));
    const auto many = folder.open_beneath("a").value();
    std::set<std::string> names;
    ASSERT_TRUE(many.for_each_entry([&](std::string_view name) {
      EXPECT_TRUE(names.emplace(name).second) << name;
      return Walk::kGoOn;
    }));
    EXPECT_EQ(names.size(), 5001U);
    int visited = 0;
    ASSERT_TRUE(many.for_each_entry(
        [&](std::string_view) { return ++visited == 7 ? Walk::kStop : Walk::kGoOn; }));
    EXPECT_EQ(visited, 7);
  });
}

TEST_P(FolderTest, IsNotOpenedThroughAFile) {
  EXPECT_EQ(Folder::open(outside + "/precious").error().sys_errno, ENOTDIR);
  EXPECT_EQ(Folder::open(dir / "missing").error().kind, ErrorKind::kNotFound);
}

}  // namespace
}  // namespace gitsync::util
