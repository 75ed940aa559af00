// SPDX-License-Identifier: Apache-2.0
#include "git/index_lock.h"

#include <gtest/gtest.h>

#include "support/temp_dir.h"
#include "util/descriptor_io.h"
#include "util/files.h"

namespace gitsync::git {
namespace {

class IndexLockTest : public testing::Test {
 protected:
  IndexLockTest() { EXPECT_TRUE(util::write_file(dir / "index", "old")); }
  std::string index() const { return util::read_file(dir / "index").value(); }

  test::TempDir dir;
  const util::Folder folder = util::Folder::open(dir.path()).value();
};

TEST_F(IndexLockTest, ReplacesTheIndexWhenItIsCommitted) {
  auto lock = IndexLock::take(folder).value();
  ASSERT_TRUE(util::write_all(lock.file(), "new", "lock"));
  EXPECT_EQ(index(), "old");
  ASSERT_TRUE(lock.commit(util::Durability::kSynced));
  EXPECT_EQ(index(), "new");
  EXPECT_FALSE(util::exists(dir / "index.lock"));
}

TEST_F(IndexLockTest, LeavesTheIndexIfItIsNotCommitted) {
  {
    auto lock = IndexLock::take(folder).value();
    const auto moved = std::move(lock);
    ASSERT_TRUE(util::write_all(moved.file(), "new", "lock"));
  }
  EXPECT_EQ(index(), "old");
  EXPECT_FALSE(util::exists(dir / "index.lock"));
}

TEST_F(IndexLockTest, IsBusyWhileSomebodyElseHasIt) {
  ASSERT_TRUE(util::write_file(dir / "index.lock", "theirs"));
  const auto lock = IndexLock::take(folder);
  ASSERT_FALSE(lock);
  EXPECT_EQ(lock.error().kind, util::ErrorKind::kBusy);
  EXPECT_EQ(util::read_file(dir / "index.lock").value(), "theirs");
}

TEST_F(IndexLockTest, LeavesTheLockOfTheNextOneAlone) {
  {
    auto lock = IndexLock::take(folder).value();
    ASSERT_TRUE(lock.commit());
    ASSERT_TRUE(util::write_file(dir / "index.lock", "theirs"));
  }
  EXPECT_TRUE(util::exists(dir / "index.lock"));
}

}  // namespace
}  // namespace gitsync::git
