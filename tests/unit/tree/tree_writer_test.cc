// SPDX-License-Identifier: Apache-2.0
#include "tree/tree_writer.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <string>

#include "support/written_trees.h"
#include "util/files.h"

namespace gitsync::tree {
namespace {

namespace fs = std::filesystem;
using test::lstat_of;
using test::MemoryTree;
using test::read_tree;
using test::revision_of;
using testing::HasSubstr;

constexpr auto kExecutable = FileKind::kExecutable;
constexpr auto kSymlink = FileKind::kSymlink;
constexpr auto kFolder = FileKind::kFolder;
constexpr auto kRegular = FileKind::kRegular;

bool is_equal(const timespec& a, const timespec& b) {
  return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

// Whether a file is the same inode with the same mtime in both trees.
testing::AssertionResult is_linked(const Published& a, const Published& b,
                                   const std::string& path) {
  const auto first = lstat_of(a.tree + "/" + path);
  const auto second = lstat_of(b.tree + "/" + path);
  if (first.st_ino == 0) return testing::AssertionFailure() << path << " is missing";
  if (first.st_ino != second.st_ino) return testing::AssertionFailure() << path << ": inode";
  if (!is_equal(first.st_mtim, second.st_mtim)) return testing::AssertionFailure() << "mtime";
  return testing::AssertionSuccess();
}

MemoryTree sample() {
  return {{"README", {kRegular, "read me"}},
          {"bin/run", {kExecutable, "#!/bin/sh\n"}},
          {"dags/a.py", {kRegular, "a = 1"}},
          {"dags/b.py", {kRegular, ""}},
          {"dags/deep/er/c.py", {kRegular, "c"}},
          {"dags/link", {kSymlink, "a.py"}},
          {"dags/nowhere", {kSymlink, "/does/not/exist"}},
          {"sub", {kFolder, ""}}};
}

MemoryTree with(MemoryTree tree, const std::string& path, test::MemoryFile file) {
  tree[path] = std::move(file);
  return tree;
}

MemoryTree without(MemoryTree tree, const std::string& path) {
  tree.erase(path);
  return tree;
}

class TreeWriterTest : public testing::Test {
 protected:
  Published build(std::size_t number, const MemoryTree& files, const Published* base = nullptr) {
    return trees.build_exactly(number, files, base);
  }

  util::Error refused(const MemoryTree& files, const Published* base = nullptr) {
    trees.set(99, files);
    const auto built = trees.build(99, base);
    EXPECT_FALSE(built);
    return built ? util::Error{} : built.error();
  }

  test::WrittenTrees trees;
};

TEST_F(TreeWriterTest, FirstTreeHasEveryKindOfFile) {
  const auto first = build(1, sample());
  EXPECT_EQ(trees.trees(), revision_of(1).id);
  EXPECT_EQ(first.tree, trees.options.layout.tree(revision_of(1)));
}

TEST_F(TreeWriterTest, UnchangedFilesOfTheNextTreeAreTheSameInodesAndOthersAreRead) {
  const auto first = build(1, sample());
  const auto second = build(2, with(sample(), "dags/a.py", {kRegular, "a = 2"}), &first);
  EXPECT_EQ(trees.reads, 1U);
  for (const char* path : {"README", "bin/run", "dags/b.py", "dags/deep/er/c.py", "dags/link"}) {
    EXPECT_TRUE(is_linked(first, second, path));
  }
  EXPECT_EQ(read_tree(first.tree), sample());
}

TEST_F(TreeWriterTest, EmptyTreesAndTheWayBackFromThem) {
  const auto empty = build(1, {});
  const auto full = build(2, sample(), &empty);
  const auto again = build(3, {}, &full);
  build(4, sample(), &again);
}

TEST_F(TreeWriterTest, OnePathChangesBetweenAllKinds) {
  const std::vector<MemoryTree> forms{
      {{"x", {kRegular, "file"}}},           {{"x", {kExecutable, "file"}}},
      {{"x", {kSymlink, "file"}}},           {{"x", {kFolder, ""}}},
      {{"x/y", {kRegular, "below"}}},        {{"x/y/z", {kRegular, "deeper"}}},
      {{"x/y", {kSymlink, "elsewhere"}}},    {{"y", {kRegular, "other"}}},
      {{"x", {kSymlink, "."}}, {"x.a", {}}}, {{"x", {kRegular, "file"}}, {"x0/a", {}}}};
  std::size_t number = 1;
  for (auto from : forms) {
    for (auto to : forms) {
      for (auto* tree : {&from, &to}) {  // something that stays, around it
        (*tree)["w/stays"] = {kRegular, "w"};
        (*tree)["z"] = {kRegular, "z"};
      }
      const auto first = build(number++, from);
      build(number++, to, &first);
    }
  }
}

TEST_F(TreeWriterTest, EditedFilesAreWrittenAnewAndStrangersStayBehind) {
  const auto first = build(1, sample());
  ASSERT_TRUE(util::write_file(first.tree + "/dags/a.py", "a = 3"));  // of the same size
  fs::remove(first.tree + "/README");
  fs::permissions(first.tree + "/dags/b.py", fs::perms::owner_all);
  fs::remove(first.tree + "/dags/link");
  fs::create_symlink("b.py", first.tree + "/dags/link");
  fs::remove_all(first.tree + "/dags/deep");
  fs::create_directory_symlink("/etc", first.tree + "/dags/deep");
  fs::remove(first.tree + "/bin/run");
  fs::create_directories(first.tree + "/bin/run/passwd");
  ASSERT_TRUE(util::write_file(first.tree + "/dags/stranger", "s"));
  fs::create_directories(first.tree + "/sub/module");
  const auto second = build(2, with(sample(), "new", {kRegular, "n"}), &first);
  EXPECT_TRUE(is_linked(first, second, "dags/nowhere"));
}

TEST_F(TreeWriterTest, CopiesKeepTheirTimeWhereLinksAreNotAllowed) {
  test::WrittenTrees copied(Sharing::kNone);
  copied.set(1, sample());
  copied.set(2, without(sample(), "README"));
  const auto first = copied.build(1);
  ASSERT_TRUE(first);
  for (const char* path : {"/dags/a.py", "/dags/link"}) {
    const timespec times[2] = {{.tv_sec = 1, .tv_nsec = 0}, {.tv_sec = 86400, .tv_nsec = 7}};
    ASSERT_EQ(::utimensat(AT_FDCWD, (first->tree + path).c_str(), times, AT_SYMLINK_NOFOLLOW), 0);
  }
  // Touched files are not what they were; so make the times part of a tree first.
  const auto again = copied.build(2, &*first);
  ASSERT_TRUE(again);
  copied.set(3, sample());
  const auto third = copied.build(3, &*again);
  ASSERT_TRUE(third);
  EXPECT_EQ(read_tree(third->tree), sample());
  EXPECT_EQ(copied.reads, 1U);
  for (const char* path : {"/dags/a.py", "/dags/link", "/dags/b.py", "/dags/deep/er/c.py"}) {
    const auto before = lstat_of(again->tree + path);
    const auto after = lstat_of(third->tree + path);
    EXPECT_TRUE(is_equal(before.st_mtim, after.st_mtim)) << path;
    EXPECT_NE(before.st_ino, after.st_ino) << path;
  }
}

TEST_F(TreeWriterTest, RefusesWhatCannotBeANameAndSaysIt) {
  const std::string long_name(256, 'n');
  for (const std::string& path :
       {std::string("../up"), std::string("a/../b"), std::string("/abs"), std::string("a//b"),
        std::string("a/./b"), std::string("a/"), std::string("."), std::string(".git"),
        std::string(".git/hooks/x"), std::string("nul\0x", 5), long_name, std::string("")}) {
    const auto error = refused({{path, {kRegular, "x"}}});
    EXPECT_EQ(error.kind, util::ErrorKind::kProtocol) << path;
    EXPECT_THAT(error.message, HasSubstr("path \"" + path.substr(0, 3))) << error.message;
  }
  EXPECT_EQ(trees.trees(), "");
}

TEST_F(TreeWriterTest, RefusesAFileInTheWayOfAFolder) {
  const auto error = refused({{"a", {kRegular, "x"}}, {"a.b", {}}, {"a/b", {kRegular, "y"}}});
  EXPECT_THAT(error.message, HasSubstr("path \"a\" is a file and a folder"));
  const auto base = build(1, {{"a/b", {kRegular, "y"}}, {"c", {kSymlink, "a"}}});
  EXPECT_THAT(
      refused({{"a", {kFolder, ""}}, {"a/b", {kRegular, "y"}}, {"c", {kSymlink, "a"}}}, &base)
          .message,
      HasSubstr("\"a\""));
  EXPECT_THAT(
      refused({{"a/b", {kRegular, "y"}}, {"c", {kSymlink, "a"}}, {"c/b", {}}}, &base).message,
      HasSubstr("\"c\""));
}

TEST_F(TreeWriterTest, NamesOfAllBytesAndCasePairs) {
  MemoryTree files{{"A", {kRegular, "1"}},      {"a", {kRegular, "2"}}, {"Dir/x", {kRegular, "3"}},
                   {"dir/x", {kRegular, "4"}},  {"new\nline", {}},      {"\xff\xfe", {}},
                   {std::string(255, 'l'), {}}, {"quote\"'", {}},       {"-rf", {}},
                   {"...", {kSymlink, "\n"}}};
  const auto first = build(1, files);
  files.erase("a");
  build(2, files, &first);
}

TEST_F(TreeWriterTest, DeepTreesGoBeyondTheLongestPath) {
  std::string path;
  for (int level = 0; level < 2000; ++level) path += "d" + std::string(level % 7, 'x') + "/";
  MemoryTree files{{path + "bottom", {kRegular, "b"}}, {path.substr(0, 3001 - 3001 % 2), {}}};
  files.erase(std::prev(files.end()));
  files[path.substr(0, path.find("/dxx/", 2000)) + "/half"] = {kRegular, "h"};
  trees.set(1, files);
  const auto first = trees.build(1);
  ASSERT_TRUE(first) << first.error().message;
  files[path + "other"] = {kRegular, "o"};
  trees.set(2, files);
  const auto second = trees.build(2, &*first);
  ASSERT_TRUE(second) << second.error().message;
  EXPECT_EQ(trees.reads, 1U);
  EXPECT_EQ(trees.counts.taken, 2U);
}

TEST_F(TreeWriterTest, WideFoldersOnlyReadWhatChanged) {
  MemoryTree files;
  for (int i = 0; i < 20000; ++i) files["wide/" + std::to_string(i)] = {kRegular, ""};
  const auto first = build(1, files);
  files["wide/777"] = {kRegular, "changed"};
  build(2, files, &first);
  EXPECT_EQ(trees.reads, 1U);
}

TEST_F(TreeWriterTest, AFailureLeavesTheBaseAndNothingElse) {
  const auto first = build(1, sample());
  trees.set(2, with(with(sample(), "README", {kRegular, "2"}), "z", {kRegular, "z"}));
  auto contents = trees.contents(2);
  contents.on_read = [](std::string_view path) -> util::Result<void> {
    if (path == "z") return util::fail(util::ErrorKind::kNetwork, "gone");
    return {};
  };
  const auto built = trees.writer.build(revision_of(2), &first, contents, {});
  ASSERT_FALSE(built);
  EXPECT_EQ(built.error().kind, util::ErrorKind::kNetwork);
  EXPECT_EQ(trees.trees(), revision_of(1).id);
  EXPECT_EQ(read_tree(first.tree), sample());
  EXPECT_EQ(trees.kept(), revision_of(1).id + " | ");
}

TEST_F(TreeWriterTest, StopsAndLeavesTheRestToTheNextStart) {
  const auto first = build(1, sample());
  util::Event stop;
  MemoryTree files;
  for (int i = 0; i < 200; ++i) files[std::to_string(i)] = {kRegular, ""};
  trees.set(2, files);
  auto contents = trees.contents(2);
  contents.on_read = [&](std::string_view) -> util::Result<void> {
    stop.set();
    return {};
  };
  const auto built = trees.writer.build(revision_of(2), nullptr, contents, {.stop = &stop});
  ASSERT_FALSE(built);
  EXPECT_EQ(built.error().kind, util::ErrorKind::kStopped);
  EXPECT_THAT(trees.trees(), HasSubstr(".new."));
  ASSERT_TRUE(trees.writer.recover({}));
  EXPECT_EQ(trees.trees(), revision_of(1).id);
}

TEST_F(TreeWriterTest, AWrongManifestIsNone) {
  const auto first = build(1, sample());
  const std::string manifest =
      trees.options.layout.root + "/" + Layout::kManifestsName + "/" + revision_of(1).id;
  const auto content = util::read_file(manifest);
  ASSERT_TRUE(content);
  std::string flipped = *content;
  flipped[flipped.size() / 2] ^= 1;
  for (const auto& wrong : {flipped, content->substr(0, content->size() - 1), std::string()}) {
    ASSERT_TRUE(util::write_file(manifest, wrong));
    build(2, sample(), &first);
    EXPECT_EQ(trees.counts.taken, 0U);
  }
  ASSERT_TRUE(util::write_file(manifest, *content));
  build(3, sample(), &first);
  EXPECT_EQ(trees.counts.written, 1U);  // the empty folder
}

TEST_F(TreeWriterTest, AManifestThatIsNotOfTheBaseIsFoundOut) {
  const auto first = build(1, sample());
  trees.set(1, with(sample(), "README", {kRegular, "another"}));  // so the source says now
  build(2, with(sample(), "README", {kRegular, "third"}), &first);
  EXPECT_EQ(trees.counts.taken, 0U);
}

TEST_F(TreeWriterTest, TheNameOfTheTreeIsTakenFromWhatHasIt) {
  const auto first = build(1, sample());
  const std::string place = trees.options.layout.tree(revision_of(2));
  fs::create_directories(place + "/left/behind");
  const auto second = build(2, sample(), &first);
  fs::remove_all(place);
  fs::create_symlink("elsewhere", place);
  build(2, sample(), &first);
  EXPECT_EQ(trees.trees(), revision_of(1).id + " " + revision_of(2).id);
}

TEST_F(TreeWriterTest, AnIndexCanBeMadeOfWhatWasBuilt) {
  trees.set(1, sample());
  auto contents = trees.contents(1);
  auto built = trees.writer.build(revision_of(1), nullptr, contents, {});
  ASSERT_TRUE(built);
  std::vector<std::string> paths;
  ASSERT_TRUE(built->for_each_file([&](const Record& record) -> util::Result<void> {
    paths.push_back(record.path);
    const auto info = lstat_of(built->folder().path() + "/" + record.path);
    EXPECT_EQ(record.stat.inode, info.st_ino);
    EXPECT_EQ(record.stat.size, static_cast<std::uint64_t>(info.st_size));
    EXPECT_EQ(record.stat.mode, info.st_mode);
    EXPECT_TRUE(is_equal(record.stat.modified, info.st_mtim));
    EXPECT_EQ(record.entry, test::entry_of(sample().at(record.path)));
    return {};
  }));
  EXPECT_EQ(paths.size(), sample().size());
}

TEST_F(TreeWriterTest, ATreeOfSomebodyElseIsABaseOnceItIsAdopted) {
  const auto first = build(1, sample());
  fs::remove_all(trees.options.layout.root + "/" + Layout::kManifestsName);
  ASSERT_TRUE(util::write_file(first.tree + "/README", "edited"));
  fs::remove_all(first.tree + "/dags/deep");
  ASSERT_TRUE(util::write_file(first.tree + "/dags/stranger", "s"));
  auto contents = trees.contents(1);
  ASSERT_TRUE(trees.writer.adopt(
      first, contents,
      [](std::string_view path, const FileEntry& entry, const FileStat&) {
        return path != "README" && entry == test::entry_of(sample().at(std::string(path)));
      },
      {}));
  const auto second = build(2, with(sample(), "new", {}), &first);
  EXPECT_EQ(trees.counts.written, 4U);  // README, c.py, new and the empty folder
  EXPECT_TRUE(is_linked(first, second, "dags/a.py"));
  // As a spare it loses what was in it already then.
  EXPECT_EQ(trees.writer.offer_spare(first, second, {}).value_or(false), true);
  build(3, sample(), &second);
}

TEST_F(TreeWriterTest, OnlyATreeOfOursIsAdopted) {
  trees.set(1, {});
  auto contents = trees.contents(1);
  const auto all = [](std::string_view, const FileEntry&, const FileStat&) { return true; };
  EXPECT_FALSE(trees.writer.adopt({.tree = "/etc", .revision = revision_of(1)}, contents, all, {}));
  fs::create_directories(trees.options.layout.trees());
  fs::create_directory_symlink("/etc", trees.options.layout.tree(revision_of(1)));
  EXPECT_FALSE(trees.writer.adopt(
      {.tree = trees.options.layout.tree(revision_of(1)), .revision = revision_of(1)}, contents,
      all, {}));
}

}  // namespace
}  // namespace gitsync::tree
