// SPDX-License-Identifier: Apache-2.0
#include "util/paths.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>
#include <utility>
#include <vector>

#include "support/temp_dir.h"

namespace gitsync::util {
namespace {

TEST(CleanPath, RemovesDotsAndDoubledSlashesLexically) {
  const std::vector<std::pair<std::string, std::string>> cases{{"", "."},
                                                               {".", "."},
                                                               {"./", "."},
                                                               {"/", "/"},
                                                               {"//", "/"},
                                                               {"a//b/", "a/b"},
                                                               {"a/./b", "a/b"},
                                                               {"a/../b", "b"},
                                                               {"a/..", "."},
                                                               {"../a", "../a"},
                                                               {"../../a", "../../a"},
                                                               {"a/../../b", "../b"},
                                                               {"/..", "/"},
                                                               {"/../a", "/a"},
                                                               {"/a/../../b", "/b"},
                                                               {"/a/b/../c/", "/a/c"},
                                                               {"...", "..."},
                                                               {"a/.../b", "a/.../b"},
                                                               {"/a/.b", "/a/.b"},
                                                               {" / ", " / "}};
  for (const auto& [path, clean] : cases) EXPECT_EQ(clean_path(path), clean) << path;
}

TEST(AbsolutePath, JoinsUnlessThePathIsAbsolute) {
  EXPECT_EQ(absolute_path("/root", "link"), "/root/link");
  EXPECT_EQ(absolute_path("/root/", "../link"), "/link");
  EXPECT_EQ(absolute_path("/root", "/other//link"), "/other/link");
  EXPECT_EQ(absolute_path("/root", ""), "/root");
  EXPECT_EQ(absolute_path("/", "a"), "/a");
}

TEST(RelativePath, GoesUpAndDown) {
  EXPECT_EQ(relative_path("/v/root", "/v/root/.worktrees/h"), ".worktrees/h");
  EXPECT_EQ(relative_path("/v/other/dir", "/v/root/.worktrees/h"), "../../root/.worktrees/h");
  EXPECT_EQ(relative_path("/", "/a/b"), "a/b");
  EXPECT_EQ(relative_path("/a/b", "/"), "../..");
  EXPECT_EQ(relative_path("/a/b", "/a/b"), ".");
  EXPECT_EQ(relative_path("/a/bc", "/a/b"), "../b");
}

TEST(RelativePath, LeadsToTheTargetWhenJoinedAgain) {
  const std::vector<std::string> paths{"/", "/a", "/a/b", "/a/b/c", "/a/bb", "/b", "/..a/b"};
  for (const auto& base : paths) {
    for (const auto& target : paths) {
      EXPECT_EQ(absolute_path(base, relative_path(base, target)), target) << base;
    }
  }
}

TEST(BaseAndDirName, SplitAtTheLastSlash) {
  EXPECT_EQ(base_name("/a/b"), "b");
  EXPECT_EQ(base_name("b"), "b");
  EXPECT_EQ(base_name("/"), "");
  EXPECT_EQ(dir_name("/a/b"), "/a");
  EXPECT_EQ(dir_name("/a"), "/");
  EXPECT_EQ(dir_name("a"), ".");
  EXPECT_EQ(dir_name("/"), "/");
}

TEST(IsWithin, ComparesWholeComponents) {
  EXPECT_TRUE(is_within("/a", "/a"));
  EXPECT_TRUE(is_within("/a", "/a/b"));
  EXPECT_TRUE(is_within("/", "/a"));
  EXPECT_FALSE(is_within("/a", "/ab"));
  EXPECT_FALSE(is_within("/a/b", "/a"));
}

TEST(RealPath, ResolvesSymlinksAndReportsMissingOnes) {
  const test::TempDir dir;
  ASSERT_EQ(::symlink(".", (dir / "self").c_str()), 0);
  ASSERT_EQ(::symlink("loop", (dir / "loop").c_str()), 0);
  EXPECT_EQ(real_path(dir / "self/self/self").value(), dir.path());
  EXPECT_EQ(real_path(dir / "missing").error().kind, ErrorKind::kNotFound);
  EXPECT_FALSE(real_path(dir / "loop"));
}

}  // namespace
}  // namespace gitsync::util
