// SPDX-License-Identifier: Apache-2.0
#include "snapshot/packer.h"

#include <gmock/gmock.h>
#include <sys/stat.h>
#include <unistd.h>

#include "archive/reader.h"
#include "snapshot_fixture.h"
#include "util/files.h"

namespace gitsync::snapshot {
namespace {

using test::MemoryTree;
using testing::ElementsAre;
using testing::HasSubstr;
using tree::FileKind;

MemoryTree sample() {
  return {{"a", {FileKind::kRegular, "one"}},
          {"b!", {FileKind::kRegular, ""}},
          {"b/run", {FileKind::kExecutable, "#!/bin/sh\n"}},
          {"b/to", {FileKind::kSymlink, "../a"}},
          {"empty", {FileKind::kFolder, ""}},
          {"empty!", {FileKind::kRegular, ""}},
          {"large", {FileKind::kRegular, std::string(300000, 'x')}}};
}

std::string bytes_of(const Packed& packed) {
  std::string bytes(packed.written.size, '\0');
  EXPECT_EQ(::pread(packed.file.get(), bytes.data(), bytes.size(), 0),
            static_cast<ssize_t>(bytes.size()));
  return bytes;
}

// "path=content", in the order of the archive.
std::vector<std::string> members_of(const Packed& packed) {
  std::string bytes = bytes_of(packed);
  std::string given;
  archive::Reader reader([&]() -> util::Result<std::string_view> {
    given = std::exchange(bytes, "");
    return given;
  });
  std::vector<std::string> all;
  for (;;) {
    const auto next = reader.next();
    EXPECT_TRUE(next) << next.error().message;
    if (!next || !*next) return all;
    const auto& member = *next;
    std::string content = member->target;
    for (auto piece = reader.content().value(); !piece.empty(); piece = reader.content().value()) {
      content += piece;
    }
    if (member->kind != archive::Kind::kFolder) all.push_back(member->path + "=" + content);
  }
}

class PackerTest : public testing::Test, protected SnapshotFixture {
 protected:
  util::Result<Packed> pack(const tree::Published& tree) const {
    const auto files = TreeFiles::open(trees.options.layout, tree).value();
    return pack_tree(files, {.folder = trees.dir.path(), .time = kTime}, {});
  }
};

TEST_F(PackerTest, TheSameTreeOnTwoMachinesGivesTheSameBytes) {
  const auto here = pack(build(1, sample())).value();
  test::WrittenTrees elsewhere;
  const auto there = elsewhere.build_exactly(1, sample());
  const auto files = TreeFiles::open(elsewhere.options.layout, there).value();
  const auto other = pack_tree(files, {.folder = elsewhere.dir.path(), .time = kTime}, {}).value();
  EXPECT_EQ(bytes_of(here), bytes_of(other));
  EXPECT_EQ(here.tree_sha256, other.tree_sha256);
  EXPECT_EQ(here.files, 7U);
}

TEST_F(PackerTest, WhatSomebodyAddsIsNotInIt) {
  const auto tree = build(1, sample());
  const auto before = pack(tree).value().written.sha256;
  ASSERT_TRUE(util::write_file(tree.tree + "/stray", "x"));
  ASSERT_TRUE(util::make_directories(tree.tree + "/b/__pycache__"));
  EXPECT_EQ(pack(tree).value().written.sha256, before);
}

TEST_F(PackerTest, WhatSomebodyChangesIsNotPublished) {
  const auto tree = build(1, sample());
  ASSERT_TRUE(util::write_file(tree.tree + "/a", "another"));
  const auto packed = pack(tree);
  ASSERT_FALSE(packed);
  EXPECT_THAT(packed.error().message, HasSubstr("\"a\" was changed in the published tree"));
}

TEST_F(PackerTest, AFolderThatBecameASymlinkIsNotFollowed) {
  const auto tree = build(1, sample());
  ASSERT_EQ(::rename((tree.tree + "/b").c_str(), (tree.tree + "/c").c_str()), 0);
  ASSERT_EQ(::symlink("c", (tree.tree + "/b").c_str()), 0);
  EXPECT_FALSE(pack(tree));
}

TEST_F(PackerTest, WithoutAManifestItIsAllThatIsThereButGit) {
  const auto tree = build(1, sample());
  const auto with = pack(tree).value();
  ASSERT_TRUE(util::make_directories(tree.tree + "/b/.git"));
  ASSERT_TRUE(util::write_file(tree.tree + "/.git", "gitdir: x"));
  tree::Manifests(trees.options.layout).remove(tree.revision->id);
  const auto without = pack(tree).value();
  EXPECT_EQ(without.written.sha256, with.written.sha256);
  EXPECT_EQ(without.tree_sha256, with.tree_sha256);
}

TEST_F(PackerTest, ATreeThatIsGoneIsSomethingElseNow) {
  const auto files =
      TreeFiles::open(trees.options.layout, {.tree = trees.dir / "gone", .revision = {}});
  ASSERT_FALSE(files);
  EXPECT_EQ(files.error().kind, util::ErrorKind::kMoved);
}

TEST_F(PackerTest, AStepHasWhatCameAndNamesWhatWent) {
  const auto old = build(1, sample());
  ASSERT_TRUE(archives.keep_manifest(item(old)));
  auto files = sample();
  files["a"].content = "two";
  files["b/run"].kind = FileKind::kRegular;
  files.erase("b!");
  files.erase("b/to");
  files["b/to/file"] = {FileKind::kRegular, "in a folder now"};
  files["new"] = {FileKind::kSymlink, "a"};
  const auto packed = archives.pack_step(item(build(2, files)), *old.revision, {});
  ASSERT_TRUE(packed) << packed.error().message;
  const auto& step = *packed;
  ASSERT_TRUE(step);
  EXPECT_THAT(members_of(*step), ElementsAre("files/a=two", "files/b/run=#!/bin/sh\n",
                                             "files/b/to/file=in a folder now", "files/new=a",
                                             std::string("removed=b!\0b/to\0", 16)));
}

TEST_F(PackerTest, AStepAsLargeAsAllIsNone) {
  const auto old = build(1, sample());
  ASSERT_TRUE(archives.keep_manifest(item(old)));
  auto files = sample();
  files["large"].content = std::string(300000, 'y');
  const auto now = build(2, files);
  EXPECT_FALSE(archives.pack_step(item(now), *old.revision, {}).value());
  // Nor is there one from what was never published.
  EXPECT_FALSE(archives.pack_step(item(now), test::revision_of(7), {}).value());
}

}  // namespace
}  // namespace gitsync::snapshot
