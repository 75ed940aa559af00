// SPDX-License-Identifier: Apache-2.0
#include "tree/publisher.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include "support/git_fixture.h"
#include "util/files.h"

namespace gitsync::tree {
namespace {

class PublisherTest : public testing::Test {
 protected:
  PublisherTest() {
    EXPECT_TRUE(util::make_directories(tree));
    EXPECT_TRUE(util::write_file(tree + "/file", "content"));
  }
  Publisher publisher(const std::string& link) { return {Layout{root}, link, fixture.logger()}; }
  static std::string target(const std::string& link) {
    return util::read_link(link).value().value();
  }

  test::GitFixture fixture;
  const std::string hash = std::string(40, 'a');
  const std::string root = fixture.dir / "root";
  const std::string tree = root + "/.worktrees/" + hash;
};

TEST_F(PublisherTest, ALinkInRootIsRelative) {
  auto p = publisher(root + "/link");
  EXPECT_FALSE(p.current().value());
  ASSERT_TRUE(p.flip(tree));
  EXPECT_EQ(target(root + "/link"), ".worktrees/" + hash);
  EXPECT_EQ(p.current().value()->tree, tree);
  EXPECT_EQ(p.current().value()->revision->id, hash);
}

TEST_F(PublisherTest, ALinkElsewhereGetsParentsAndTheWayBack) {
  auto p = publisher(fixture.dir / "other/dir/l");
  ASSERT_TRUE(p.flip(tree));
  EXPECT_EQ(target(fixture.dir / "other/dir/l"), "../../root/.worktrees/" + hash);
  EXPECT_EQ(p.current().value()->tree, tree);
}

TEST_F(PublisherTest, ALinkThroughASymlinkedFolderStillResolves) {
  ASSERT_TRUE(util::make_directories(fixture.dir / "deep/er/real"));
  ASSERT_EQ(::symlink("deep/er/real", (fixture.dir / "short").c_str()), 0);
  auto p = publisher(fixture.dir / "short/link");
  ASSERT_TRUE(p.flip(tree));
  EXPECT_EQ(util::read_file(fixture.dir / "short/link/file").value(), "content");
  EXPECT_EQ(p.current().value()->tree, tree);
}

TEST_F(PublisherTest, LeftOverLinksAreInNobodysWay) {
  const std::string text = ".worktrees/" + hash;
  for (const std::string name : {"tmp-link", "tmp-link.link.0123"}) {
    ASSERT_EQ(::symlink(text.c_str(), (root + "/" + name).c_str()), 0);
  }
  ASSERT_TRUE(util::write_file(root + "/tmp-link.mine", "a file of the user"));
  auto p = publisher(root + "/link");
  ASSERT_TRUE(p.flip(tree));
  const std::vector<std::string> expected{".worktrees", "link", "tmp-link.mine"};
  EXPECT_EQ(util::list_directory(root).value(), expected);
}

TEST_F(PublisherTest, SomethingElseInItsPlaceIsAnErrorAndStays) {
  ASSERT_TRUE(util::write_file(root + "/link", "mine"));
  auto p = publisher(root + "/link");
  ASSERT_FALSE(p.current());
  EXPECT_EQ(p.current().error().kind, util::ErrorKind::kInvalid);
  EXPECT_EQ(p.current().error().cause, util::Cause::kUnknown);  // its message says enough
  EXPECT_EQ(util::read_file(root + "/link").value(), "mine");
}

TEST_F(PublisherTest, APlaceWhereNoLinkCanBeIsBlamed) {
  const std::string too_long = root + "/" + std::string(300, 'x');
  EXPECT_EQ(publisher(too_long).current().error().cause, util::Cause::kLinkPlace);
  ASSERT_TRUE(util::write_file(fixture.dir / "file", ""));
  const std::string below_a_file = fixture.dir / "file/link";
  const auto shown = publisher(below_a_file).flip(tree);
  ASSERT_FALSE(shown);
  EXPECT_EQ(shown.error().cause, util::Cause::kLinkPlace);
  EXPECT_EQ(shown.error().subject, below_a_file);
}

TEST_F(PublisherTest, AForeignTargetHasNoCommit) {
  ASSERT_EQ(::symlink("somewhere", (root + "/link").c_str()), 0);
  EXPECT_FALSE(publisher(root + "/link").current().value()->revision);
}

}  // namespace
}  // namespace gitsync::tree
