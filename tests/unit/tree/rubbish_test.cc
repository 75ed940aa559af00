// SPDX-License-Identifier: Apache-2.0
// What cannot be removed, since another user has made files in it, keeps nobody from going on.
#include "tree/rubbish.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <functional>

#include "support/captured_log.h"
#include "support/temp_dir.h"
#include "util/files.h"

namespace gitsync::tree {
namespace {

constexpr uid_t kOwner = 65533;
constexpr uid_t kOther = 65534;

// A root of kOwner, in which kOther has a folder with a file that only kOther may remove.
class RubbishTest : public testing::Test {
 protected:
  void SetUp() override {
    if (::geteuid() != 0) GTEST_SKIP() << "becomes other users";
    ASSERT_TRUE(util::make_directories(layout.trees() + "/old/theirs"));
    ASSERT_TRUE(util::write_file(layout.trees() + "/old/theirs/file", ""));
    ASSERT_EQ(::chmod(dir.path().c_str(), 0755), 0);
    for (const auto& path : {layout.root, layout.trees(), layout.trees() + "/old"}) give(path);
    give(layout.trees() + "/old/theirs", kOther);
    ASSERT_EQ(::seteuid(kOwner), 0);
  }
  void TearDown() override { EXPECT_EQ(::seteuid(0), 0); }

  static void give(const std::string& path, uid_t owner = kOwner) {
    EXPECT_EQ(::chown(path.c_str(), owner, owner), 0);
  }
  static void as_root(const std::function<void()>& act) {
    ASSERT_EQ(::seteuid(0), 0);
    act();
    ASSERT_EQ(::seteuid(kOwner), 0);
  }

  test::TempDir dir;
  test::CapturedLog log;
  const Layout layout{dir / "root"};
  const std::string aside = layout.root + "/" + Layout::kAsideName;
  const Rubbish rubbish{layout, log.logger()};
};

TEST_F(RubbishTest, LosesItsNameAndIsRemovedWhenThatIsPossible) {
  EXPECT_FALSE(rubbish.discard(".worktrees/old").value());
  EXPECT_FALSE(util::exists(layout.trees() + "/old"));
  EXPECT_FALSE(rubbish.retry({}).value());
  as_root([&] {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(aside)) {
      give(entry.path().string());
    }
  });
  EXPECT_TRUE(rubbish.retry({}).value());
  EXPECT_FALSE(util::exists(aside));
}

TEST_F(RubbishTest, WhateverHasTheNameOfTheFolderForItIsReplaced) {
  ASSERT_EQ(::symlink(dir.path().c_str(), aside.c_str()), 0);
  EXPECT_FALSE(rubbish.discard(".worktrees/old").value());
  EXPECT_FALSE(util::exists(layout.trees() + "/old"));
  EXPECT_TRUE(util::is_real_directory(aside));
}

// An earlier container ran as another user.
TEST_F(RubbishTest, AFolderForItThatIsClosedToUsIsInNobodysWay) {
  as_root([&] {
    ASSERT_EQ(::mkdir(aside.c_str(), 0700), 0);
    ASSERT_EQ(::mkdir((layout.trees() + "/.aside.mine").c_str(), 0700), 0);
    give(layout.trees() + "/.aside.mine");
  });
  EXPECT_FALSE(rubbish.discard(".worktrees/old").value());
  EXPECT_FALSE(util::exists(layout.trees() + "/old"));
  const auto retried = rubbish.retry({});
  ASSERT_TRUE(retried) << retried.error().message;
  EXPECT_TRUE(*retried) << "what else was put aside is tried all the same";
}

}  // namespace
}  // namespace gitsync::tree
