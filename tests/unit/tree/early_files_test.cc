// SPDX-License-Identifier: Apache-2.0
#include "tree/early_files.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "support/written_trees.h"
#include "util/files.h"

namespace gitsync::tree {
namespace {

using test::MemoryFile;
using test::MemoryTree;
using test::revision_of;
using testing::HasSubstr;

MemoryTree sample() {
  return {
      {"a", {FileKind::kRegular, "same"}},          {"b/a", {FileKind::kRegular, "same"}},
      {"b/c/run", {FileKind::kExecutable, "same"}}, {"b/c/x", {FileKind::kRegular, "alone"}},
      {"b/link", {FileKind::kSymlink, "c/x"}},      {"d/run", {FileKind::kExecutable, "to be run"}},
      {"empty", {FileKind::kRegular, ""}},          {"f/g/h/deep", {FileKind::kRegular, "deep"}}};
}

// By how many threads write.
class EarlyFilesTest : public testing::TestWithParam<std::size_t> {
 protected:
  EarlyFilesTest() { trees.set(1, sample()); }

  static void give(TreeWriter::Begun& begun, const MemoryFile& file) {
    const auto written = begun.files->write(test::entry_of(file).content_id, file.content);
    EXPECT_TRUE(written) << written.error().message;
  }

  // Gives the first `early` contents before the list and the others behind it; then builds.
  util::Result<Published> build(std::vector<MemoryFile> contents, std::size_t early) {
    auto revision = trees.contents(1);
    GS_TRY(auto begun, trees.writer.begin({}));
    for (std::size_t i = 0; i < early; ++i) give(begun, contents[i]);
    GS_TRY_VOID(trees.writer.list(begun, revision, {}));
    for (std::size_t i = early; i < contents.size(); ++i) give(begun, contents[i]);
    GS_TRY(auto built, trees.writer.build(revision_of(1), std::move(begun), revision, {}));
    read = revision.reads;
    const Turn turn{std::nullopt};
    GS_TRY(auto draft, std::move(built).finish(turn, {}));
    draft.keep();
    return Published{.tree = draft.path(), .revision = draft.revision()};
  }

  static std::vector<MemoryFile> all() {
    std::vector<MemoryFile> contents;
    for (const auto& [path, file] : sample()) contents.push_back(file);
    return contents;
  }

  test::WrittenTrees trees{Sharing::kHardLinks, "", GetParam()};
  std::size_t read = 0;  // files that were read by build()
};

TEST_P(EarlyFilesTest, WhateverComesEarlyTheTreeIsTheSame) {
  for (std::size_t early = 0; early <= all().size(); ++early) {
    auto contents = all();
    std::ranges::rotate(contents, contents.begin() + static_cast<std::ptrdiff_t>(early));
    const auto built = build(contents, early);
    ASSERT_TRUE(built) << built.error().message;
    EXPECT_EQ(test::read_tree(built->tree), sample()) << early;
    EXPECT_EQ(read, 1u) << "only the symlink";
    EXPECT_EQ(trees.trees(), revision_of(1).id) << "something is left";
  }
}

TEST_P(EarlyFilesTest, WhatDoesNotComeIsReadAndWhatBelongsNowhereIsDropped) {
  const auto built = build({{FileKind::kRegular, "of nobody"}, {FileKind::kRegular, "deep"}}, 1);
  ASSERT_TRUE(built) << built.error().message;
  EXPECT_EQ(test::read_tree(built->tree), sample());
  EXPECT_EQ(read, sample().size() - 1);
}

TEST_P(EarlyFilesTest, AContentThatComesTwiceIsWrittenOnce) {
  auto contents = all();
  const auto again = all();
  contents.insert(contents.end(), again.begin(), again.end());
  for (const std::size_t early : {std::size_t{0}, all().size(), contents.size()}) {
    const auto built = build(contents, early);
    ASSERT_TRUE(built) << built.error().message;
    EXPECT_EQ(test::read_tree(built->tree), sample());
  }
}

TEST_P(EarlyFilesTest, TheNextTreeStartsFromSuchOne) {
  const auto first = build(all(), 3);
  ASSERT_TRUE(first) << first.error().message;
  auto changed = sample();
  changed["b/c/x"].content = "changed";
  trees.build_exactly(2, changed, &*first);
  EXPECT_EQ(trees.reads, 1u);
}

TEST_P(EarlyFilesTest, NamesThatAreNoneOrOursAreRefused) {
  for (const std::string path : {".git/config", "a/../b", "a//b"}) {
    trees.set(1, {{path, {FileKind::kRegular, "x"}}});
    const auto built = build({}, 0);
    ASSERT_FALSE(built) << path;
    EXPECT_EQ(built.error().kind, util::ErrorKind::kProtocol);
    EXPECT_EQ(trees.trees(), "") << "something is left";
  }
}

// The build makes what cannot be made early: below the longest path, and where no file comes.
TEST_P(EarlyFilesTest, FoldersMayBeDeeperThanPathsAndHoldNoFile) {
  std::string deep;
  for (int level = 0; level < 2000; ++level) deep += "d" + std::string(level % 7, 'x') + "/";
  MemoryTree files{{deep + "bottom", {FileKind::kRegular, "b"}},
                   {deep.substr(0, 3000) + "/half", {FileKind::kRegular, "h"}},
                   {"links/only/here", {FileKind::kSymlink, "x"}}};
  trees.set(1, files);
  const auto built = build({{FileKind::kRegular, "b"}, {FileKind::kRegular, "h"}}, 1);
  ASSERT_TRUE(built) << built.error().message;
  EXPECT_EQ(read, 2u) << "the bottom and the symlink";
  EXPECT_EQ(util::read_file(built->tree + "/" + deep.substr(0, 3000) + "/half").value_or(""), "h");
  EXPECT_TRUE(util::exists(built->tree + "/links/only"));
}

TEST_P(EarlyFilesTest, MoreMayComeBeforeTheListThanMemoryHolds) {
  MemoryTree files;
  std::vector<MemoryFile> contents;
  for (int i = 0; i < 60; ++i) {
    const MemoryFile file{FileKind::kRegular, std::string(200'000, static_cast<char>('0' + i))};
    files["d" + std::to_string(i % 3) + "/f" + std::to_string(i)] = file;
    contents.push_back(file);
  }
  trees.set(1, files);
  const auto built = build(contents, contents.size());
  ASSERT_TRUE(built) << built.error().message;
  EXPECT_EQ(test::read_tree(built->tree), files);
  EXPECT_EQ(read, 0u);
  EXPECT_EQ(trees.trees(), revision_of(1).id) << "something is left";
}

TEST_P(EarlyFilesTest, AFileInTheWayOfAFolderIsRefused) {
  trees.set(1, {{"a", {FileKind::kRegular, "x"}}, {"a/b", {FileKind::kRegular, "y"}}});
  EXPECT_FALSE(build({{FileKind::kRegular, "x"}, {FileKind::kRegular, "y"}}, 2));
  EXPECT_FALSE(build({}, 0));
  EXPECT_EQ(trees.trees(), "") << "something is left";
}

TEST_P(EarlyFilesTest, GivenUpItLeavesNothing) {
  {
    auto begun = trees.writer.begin({});
    ASSERT_TRUE(begun);
    give(*begun, {FileKind::kRegular, "same"});
    EXPECT_THAT(trees.trees(), HasSubstr(".new."));
  }
  EXPECT_EQ(trees.trees(), "");
}

INSTANTIATE_TEST_SUITE_P(Widths, EarlyFilesTest, testing::Values(1, 8));

}  // namespace
}  // namespace gitsync::tree
