// SPDX-License-Identifier: Apache-2.0
#include "tree/untouched.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <string>
#include <vector>

#include "support/written_trees.h"
#include "util/files.h"

namespace gitsync::tree {
namespace {

using test::lstat_of;

class UntouchedTest : public testing::Test {
 protected:
  UntouchedTest() {
    trees.options.own_names = {".git"};
    // "a-b" stands between the folder "a" and what is in it, as bytes go.
    shown = trees.build_exactly(1, {{"a/deep/file", {.content = "1"}},
                                    {"a/file", {.content = "2"}},
                                    {"a-b", {.content = "3"}},
                                    {"empty", {.kind = FileKind::kFolder}},
                                    {"top", {.content = "4"}}});
    EXPECT_TRUE(shown.revision);
  }

  bool untouched() const {
    return is_untouched(trees.options.layout, shown, [](const Record& /*record*/) {}, {}).value();
  }
  bool nothing_else() const {
    return has_nothing_else(trees.options.layout, shown, own_names, {}).value();
  }
  void write(const std::string& name) const {
    ASSERT_TRUE(util::write_file(shown.tree + "/" + name, "mine"));
  }

  test::WrittenTrees trees;
  Published shown;
  const std::vector<std::string> own_names{".git"};
};

TEST_F(UntouchedTest, AsItWasMade) {
  EXPECT_TRUE(untouched());
  EXPECT_TRUE(nothing_else());
  write(".git");
  EXPECT_TRUE(nothing_else()) << "the source's own";
}

TEST_F(UntouchedTest, AnEditIsOne) {
  write("a/deep/file");
  EXPECT_FALSE(untouched());
}

TEST_F(UntouchedTest, AFolderThatWasEmptyIsOneToo) {
  write("empty/more");
  EXPECT_FALSE(untouched());
}

TEST_F(UntouchedTest, WhatIsNobodysIsNoEditAndIsFoundWhereverItIs) {
  for (const std::string name : {"more", "a/more", "a/deep/.git"}) {
    write(name);
    EXPECT_TRUE(untouched()) << name;
    EXPECT_FALSE(nothing_else()) << name;
    ASSERT_EQ(std::remove((shown.tree + "/" + name).c_str()), 0);
    EXPECT_TRUE(nothing_else()) << name;
  }
  ASSERT_EQ(::mkdir((shown.tree + "/a/folder").c_str(), 0755), 0);
  EXPECT_TRUE(untouched());
  EXPECT_FALSE(nothing_else());
}

TEST_F(UntouchedTest, WithoutAManifestNothingIsKnown) {
  shown.revision = test::revision_of(2);
  EXPECT_FALSE(untouched());
  EXPECT_FALSE(nothing_else());
}

}  // namespace
}  // namespace gitsync::tree
