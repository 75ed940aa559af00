// SPDX-License-Identifier: Apache-2.0
// Trees that several threads write: the same ones as one thread writes, with the same errors.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <string>

#include "support/written_trees.h"
#include "util/files.h"

namespace gitsync::tree {
namespace {

namespace fs = std::filesystem;
using test::MemoryTree;
using test::revision_of;
using testing::HasSubstr;

constexpr std::size_t kWidth = 8;

// Of all kinds; some are too large to be held in memory.
MemoryTree sample() {
  MemoryTree files;
  for (int i = 0; i < 2000; ++i) {
    const std::string path =
        "d" + std::to_string(i % 17) + "/e" + std::to_string(i % 5) + "/f" + std::to_string(i);
    files[path] = {.content = std::string(static_cast<std::size_t>(i % 300), 'x') + path};
    if (i % 50 == 0) files[path].kind = FileKind::kExecutable;
    if (i % 70 == 0) files[path + ".link"] = {FileKind::kSymlink, "f" + std::to_string(i)};
    if (i % 400 == 0) files[path].content.resize(300'000, 'y');
    if (i % 300 == 0) files[path + ".folder"] = {FileKind::kFolder, ""};
  }
  return files;
}

TEST(TreeWidth, ManyThreadsWriteTheSameTreesAsOne) {
  test::WrittenTrees trees(Sharing::kHardLinks, "", kWidth);
  auto files = sample();
  const auto first = trees.build_exactly(1, files);
  EXPECT_EQ(trees.counts.written, files.size());
  files["d3/e1/new"] = {.content = "new"};
  files.erase("d0/e0/f0");
  // Without a spare all is linked.
  const auto second = trees.build_exactly(2, files, &first);
  EXPECT_EQ(trees.counts.written, 1u + 7u) << "the new one, and the folders";
  EXPECT_EQ(trees.counts.written + trees.counts.taken, files.size());
  // The manifest tells the truth, or nothing would be taken of it.
  ASSERT_TRUE(trees.writer.prepare_spare(second, {}));
  files["d4/e4/new"] = {.content = "new"};
  trees.build_exactly(3, files, &second);
  EXPECT_LT(trees.counts.written, 20u);
}

TEST(TreeWidth, WhatCannotBeTakenAfterAllIsWritten) {
  test::WrittenTrees trees(Sharing::kNone, "", kWidth);
  auto files = sample();
  const auto first = trees.build_exactly(1, files);
  for (const std::string path : {"d1/e1/f1", "d2/e2/f2"}) {
    ASSERT_TRUE(util::write_file(first.tree + "/" + path, "edited"));
  }
  trees.build_exactly(2, files, &first);
  EXPECT_EQ(trees.counts.written, 2u + 7u) << "the edited ones, and the folders";
  EXPECT_EQ(trees.counts.written + trees.counts.taken, files.size());
}

// Somebody else makes a file in the folder in which the tree is built.
TEST(TreeWidth, AnErrorOfOneThreadEndsTheBuildWithIt) {
  test::WrittenTrees trees(Sharing::kNone, "", kWidth);
  trees.set(1, sample());
  auto contents = trees.contents(1);
  contents.on_read = [&](std::string_view path) -> util::Result<void> {
    if (path != "d5/e0/f5") return {};
    for (const auto& entry : fs::directory_iterator(trees.options.layout.trees())) {
      return util::write_file(entry.path().string() + "/" + std::string(path), "in the way");
    }
    return {};
  };
  const auto built = trees.writer.build(revision_of(1), nullptr, contents, {});
  ASSERT_FALSE(built);
  EXPECT_THAT(built.error().message, HasSubstr("create \"d5/e0/f5\""));
  EXPECT_EQ(built.error().sys_errno, EEXIST);
  EXPECT_EQ(trees.trees(), "") << "something is left";
}

}  // namespace
}  // namespace gitsync::tree
