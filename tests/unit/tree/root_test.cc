// SPDX-License-Identifier: Apache-2.0
#include "tree/root.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "support/git_fixture.h"
#include "util/files.h"

namespace gitsync::tree {
namespace {

class RootTest : public testing::Test {
 protected:
  RootTest() { EXPECT_TRUE(util::make_directories(layout.root)); }
  bool has(const std::string& name) const { return util::exists(layout.root + "/" + name); }

  test::GitFixture fixture;
  const Layout layout{fixture.dir / "root"};
  const Root root{layout, fixture.logger()};
};

TEST_F(RootTest, OurLockAndWhatMkfsMadeDoNotCount) {
  ASSERT_TRUE(util::write_file(layout.lock_file(), ""));
  ASSERT_TRUE(util::make_directories(layout.root + "/lost+found"));
  EXPECT_TRUE(root.is_empty().value());
  ASSERT_TRUE(util::write_file(layout.root + "/foreign", ""));
  EXPECT_FALSE(root.is_empty().value());
  ASSERT_TRUE(root.clear());
  EXPECT_TRUE(root.is_empty().value());
  EXPECT_TRUE(has(Layout::kLockName));
  EXPECT_TRUE(has("lost+found"));
}

TEST_F(RootTest, ATreeOfOursIsKnownByItsNameOrByTheLink) {
  EXPECT_FALSE(root.holds_our_trees(std::nullopt));
  const std::string old_layout = layout.root + "/" + std::string(40, 'a');
  ASSERT_TRUE(util::make_directories(old_layout));
  EXPECT_FALSE(root.holds_our_trees(std::nullopt));
  EXPECT_TRUE(root.holds_our_trees(
      Published{.tree = old_layout, .revision = Revision::parse(std::string(40, 'a'))}));
  ASSERT_TRUE(util::make_directories(layout.tree({std::string(64, 'b')})));
  EXPECT_TRUE(root.holds_our_trees(std::nullopt));
}

TEST_F(RootTest, AStoreThatWasSetAsideGoesWhenItIsForgotten) {
  ASSERT_TRUE(util::make_directories(layout.store()));
  ASSERT_TRUE(root.set_store_aside());
  EXPECT_FALSE(has(".git"));
  EXPECT_FALSE(root.is_empty().value());
  root.forget_old_stores();
  EXPECT_TRUE(root.is_empty().value());
}

TEST_F(RootTest, ASymlinkInThePlaceOfTheTreesIsRemovedAndNotFollowed) {
  const std::string outside = fixture.dir / "outside";
  ASSERT_TRUE(util::make_directories(outside));
  ASSERT_TRUE(util::write_file(outside + "/mine", "x"));
  ASSERT_EQ(::symlink(outside.c_str(), layout.trees().c_str()), 0);
  ASSERT_TRUE(root.claim_trees());
  EXPECT_FALSE(util::exists(layout.trees()));
  EXPECT_TRUE(util::exists(outside + "/mine"));
}

}  // namespace
}  // namespace gitsync::tree
