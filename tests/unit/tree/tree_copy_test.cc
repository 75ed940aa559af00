// SPDX-License-Identifier: Apache-2.0
#include "tree/tree_copy.h"

#include <gtest/gtest.h>

#include <string>

#include "support/written_trees.h"
#include "util/files.h"

namespace gitsync::tree {
namespace {

using test::MemoryTree;

TEST(TreeCopy, HoldsWhatTheTreeHolds) {
  test::WrittenTrees trees;
  const MemoryTree files{{"a", {.content = std::string(200'000, 'a')}},
                         {"b/c/run", {FileKind::kExecutable, "#!"}},
                         {"b/link", {FileKind::kSymlink, "/nowhere"}},
                         {"empty", {FileKind::kFolder, ""}}};
  const auto tree = trees.build_exactly(1, files);
  const std::string copy = trees.dir / "copy";
  const auto copied = copy_tree(tree.tree, copy);
  ASSERT_TRUE(copied) << copied.error().message;
  EXPECT_EQ(test::read_tree(copy), files);
}

TEST(TreeCopy, NothingIsReplacedAndAMissingTreeIsAnError) {
  const test::TempDir dir;
  ASSERT_TRUE(util::make_directories(dir / "from"));
  ASSERT_TRUE(util::write_file(dir / "from/file", "new"));
  ASSERT_TRUE(util::make_directories(dir / "to"));
  ASSERT_TRUE(util::write_file(dir / "to/file", "old"));
  const auto copied = copy_tree(dir / "from", dir / "to");
  ASSERT_FALSE(copied);
  EXPECT_EQ(copied.error().sys_errno, EEXIST);
  EXPECT_EQ(util::read_file(dir / "to/file").value(), "old");
  EXPECT_FALSE(copy_tree(dir / "nowhere", dir / "copy"));
}

}  // namespace
}  // namespace gitsync::tree
