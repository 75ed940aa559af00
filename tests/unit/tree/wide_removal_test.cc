// SPDX-License-Identifier: Apache-2.0
// Several threads remove a tree as one does: all of it, and nothing else.
#include "tree/wide_removal.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string>

#include "support/temp_dir.h"
#include "unit/util/hostile.h"
#include "util/files.h"

namespace gitsync::tree {
namespace {

constexpr std::size_t kWidth = 8;

struct WideRemoval : ::testing::Test {
  test::TempDir dir{test::TempDir::Where::kMemory};
  const std::string tree = dir / "tree";
  const std::string outside = dir / "outside";

  void SetUp() override {
    ASSERT_TRUE(util::make_directories(tree));
    ASSERT_TRUE(util::make_directories(outside));
    ASSERT_TRUE(util::write_file(outside + "/precious", "kept"));
  }
  void TearDown() override { EXPECT_TRUE(util::exists(outside + "/precious")); }

  util::Result<void> remove(const std::string& name = "tree", const util::Limit& limit = {}) const {
    return remove_wide(util::Folder::open(dir.path()).value(), name, kWidth, limit);
  }
  void fill(int folders, int files) const {
    for (int i = 0; i < folders; ++i) {
      const std::string folder = tree + "/d" + std::to_string(i % 7) + "/e" + std::to_string(i);
      ASSERT_TRUE(util::make_directories(folder));
      for (int j = 0; j < files; ++j) {
        ASSERT_TRUE(util::write_file(folder + "/f" + std::to_string(j), ""));
      }
    }
  }
};

TEST_F(WideRemoval, AllOfATreeGoes) {
  fill(300, 5);
  ASSERT_TRUE(util::write_file(tree + "/file", ""));
  std::filesystem::create_symlink(outside, tree + "/link");
  std::filesystem::create_symlink(outside, tree + "/d1/link");
  ASSERT_EQ(::chmod((tree + "/d2/e2").c_str(), 0), 0);
  const auto removed = remove();
  ASSERT_TRUE(removed) << removed.error().message;
  EXPECT_FALSE(util::exists(tree));
}

// More entries than are split, in one folder; and a way down that is deeper than is gone.
TEST_F(WideRemoval, ATreeMayBeVeryWideOrVeryDeep) {
  for (int i = 0; i < 3000; ++i) {
    ASSERT_TRUE(util::write_file(tree + "/f" + std::to_string(i), ""));
  }
  ASSERT_TRUE(remove());
  EXPECT_FALSE(util::exists(tree));
  std::string deep = tree;
  for (int i = 0; i < 300; ++i) deep += "/d";
  ASSERT_TRUE(util::make_directories(deep));
  ASSERT_TRUE(util::write_file(deep + "/file", ""));
  ASSERT_TRUE(remove());
  EXPECT_FALSE(util::exists(tree));
}

TEST_F(WideRemoval, WhatIsNoFolderGoesTooAndWhatIsNotThereIsNoError) {
  ASSERT_TRUE(util::write_file(dir / "file", ""));
  std::filesystem::create_symlink(outside, dir / "link");
  EXPECT_TRUE(remove("file"));
  EXPECT_TRUE(remove("link"));
  EXPECT_TRUE(remove("missing"));
  EXPECT_FALSE(util::exists(dir / "file"));
  EXPECT_FALSE(util::exists(dir / "link"));
}

// A bind mount, as with two volumes of a pod on one disk of the node, at each level that is split.
TEST_F(WideRemoval, WhatIsMountedInsideIsNotEntered) {
  fill(40, 1);
  for (const std::string& mounted : {tree + "/d1", tree + "/d1/e1", tree}) {
    const int status = test::with_own_mounts([&] {
      if (::mount(outside.c_str(), mounted.c_str(), nullptr, MS_BIND, nullptr) != 0) {
        return test::kCannotMount;
      }
      const auto removed = remove();
      return !removed && removed.error().sys_errno == EXDEV &&
                     util::exists(mounted + "/precious") && !util::exists(tree + "/d2")
                 ? 0
                 : 1;
    });
    if (status == test::kCannotMount) GTEST_SKIP() << "may not mount here";
    EXPECT_EQ(status, 0) << mounted;
    EXPECT_TRUE(util::exists(outside + "/precious"));
    fill(40, 1);
  }
}

TEST_F(WideRemoval, ALimitEndsIt) {
  fill(40, 1);
  const util::Event stop;
  stop.set();
  const auto removed = remove("tree", {.stop = &stop});
  ASSERT_FALSE(removed);
  EXPECT_EQ(removed.error().kind, util::ErrorKind::kStopped);
  EXPECT_TRUE(util::exists(tree + "/d0/e0/f0"));
}

}  // namespace
}  // namespace gitsync::tree
