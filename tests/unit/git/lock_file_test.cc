// SPDX-License-Identifier: Apache-2.0
#include "git/lock_file.h"

#include <gtest/gtest.h>

#include "support/temp_dir.h"
#include "util/descriptor_io.h"
#include "util/files.h"

namespace gitsync::git {
namespace {

class LockFileTest : public testing::Test {
 protected:
  LockFileTest() { EXPECT_TRUE(util::write_file(dir / "index", "old")); }
  std::string index() const { return util::read_file(dir / "index").value(); }

  test::TempDir dir;
  const util::Folder folder = util::Folder::open(dir.path()).value();
};

TEST_F(LockFileTest, ReplacesTheFileWhenItIsCommitted) {
  auto lock = LockFile::take(folder, "index", Patience::kNone).value();
  ASSERT_TRUE(util::write_all(lock.file(), "new", "lock"));
  EXPECT_EQ(index(), "old");
  ASSERT_TRUE(lock.commit(util::Durability::kSynced));
  EXPECT_EQ(index(), "new");
  EXPECT_FALSE(util::exists(dir / "index.lock"));
}

TEST_F(LockFileTest, LeavesTheFileIfItIsNotCommitted) {
  {
    auto lock = LockFile::take(folder, "index", Patience::kNone).value();
    const auto moved = std::move(lock);
    ASSERT_TRUE(util::write_all(moved.file(), "new", "lock"));
  }
  EXPECT_EQ(index(), "old");
  EXPECT_FALSE(util::exists(dir / "index.lock"));
}

TEST_F(LockFileTest, IsBusyWhileSomebodyElseHasIt) {
  ASSERT_TRUE(util::write_file(dir / "index.lock", "theirs"));
  const auto lock = LockFile::take(folder, "index", Patience::kNone);
  ASSERT_FALSE(lock);
  EXPECT_EQ(lock.error().kind, util::ErrorKind::kBusy);
  EXPECT_EQ(util::read_file(dir / "index.lock").value(), "theirs");
}

TEST_F(LockFileTest, LeavesTheLockOfTheNextOneAlone) {
  {
    auto lock = LockFile::take(folder, "index", Patience::kNone).value();
    ASSERT_TRUE(lock.commit(util::Durability::kCached));
    ASSERT_TRUE(util::write_file(dir / "index.lock", "theirs"));
  }
  EXPECT_TRUE(util::exists(dir / "index.lock"));
}

}  // namespace
}  // namespace gitsync::git
