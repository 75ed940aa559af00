// SPDX-License-Identifier: Apache-2.0
#include "tree/manifest.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "support/memory_contents.h"
#include "support/temp_dir.h"
#include "tree/entry_path.h"
#include "util/files.h"

namespace gitsync::tree {
namespace {

constexpr FileStat kStat{.size = 7,
                         .inode = 8,
                         .modified = {.tv_sec = -9, .tv_nsec = 999999999},
                         .changed = {.tv_sec = 10, .tv_nsec = 11},
                         .mode = 0100644,
                         .uid = 12,
                         .gid = 0xfffffffe};

class ManifestTest : public testing::Test {
 protected:
  ManifestWriter writer() {
    util::Fd fd(::open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644));
    return {std::move(fd), path, test::revision_of(1)};
  }
  util::Result<ManifestReader> open() const {
    return ManifestReader::open(util::Fd(::open(path.c_str(), O_RDONLY | O_CLOEXEC)), path);
  }
  // The paths; of directories with a slash behind. "!" for an error.
  std::vector<std::string> paths() const {
    auto reader = open();
    if (!reader) return {"!"};
    std::vector<std::string> paths;
    while (const Record* record = reader->peek()) {
      paths.push_back(record->path + (record->is_directory ? "/" : ""));
      if (!reader->next()) {
        paths.emplace_back("!");
        return paths;
      }
    }
    return paths;
  }
  // Writes files (or, with a slash behind, directories) in this order.
  std::vector<std::string> paths_of(const std::vector<std::string>& records) {
    auto out = writer();
    for (std::string record : records) {
      const bool is_directory = record.ends_with('/');
      if (is_directory) record.pop_back();
      EXPECT_TRUE(is_directory ? out.add_directory(record, kStat) : out.add(record, {}, kStat));
    }
    EXPECT_TRUE(out.finish());
    return paths();
  }

  test::TempDir dir{test::TempDir::Where::kMemory};
  const std::string path = dir / "manifest";
};

TEST_F(ManifestTest, TellsEverythingThatWasWritten) {
  auto out = writer();
  const FileEntry entry{.kind = FileKind::kSymlink, .content_id = std::string(32, '\0')};
  ASSERT_TRUE(out.add("a/b", entry, kStat));
  ASSERT_TRUE(out.add_directory("a", kStat));
  ASSERT_TRUE(out.add_directory("", kStat));
  ASSERT_TRUE(out.finish());
  auto reader = open();
  ASSERT_TRUE(reader) << reader.error().message;
  EXPECT_EQ(reader->revision(), test::revision_of(1));
  EXPECT_EQ(reader->top(), kStat.inode);
  const Record* record = reader->peek();
  EXPECT_EQ(record->path, "a/b");
  EXPECT_EQ(record->entry, entry);
  EXPECT_TRUE(is_same_file(record->stat, kStat));
  EXPECT_TRUE(has_same_entries(record->stat, kStat));
}

TEST_F(ManifestTest, ASecondReaderBeginsAtTheBeginning) {
  ASSERT_EQ(paths_of({"a/b", "a/c", "a/", "/"}).size(), 4u);
  auto reader = open();
  ASSERT_TRUE(reader);
  ASSERT_TRUE(reader->next());
  ASSERT_TRUE(reader->next());
  auto again = reader->again();
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->peek()->path, "a/b");
  EXPECT_EQ(again->revision(), reader->revision());
  for (int i = 0; i < 4; ++i) ASSERT_TRUE(again->next());
  EXPECT_EQ(again->peek(), nullptr);
  EXPECT_EQ(reader->peek()->path, "a") << "they share a file, and no place in it";
}

TEST_F(ManifestTest, HoldsVeryManyAndVeryLongPaths) {
  auto out = writer();
  std::vector<std::string> expected;
  const std::string deep = "d" + std::string(200, 'x');
  std::string folder;
  for (int i = 0; i < 2000; ++i) folder += (i > 0 ? "/" : "") + deep;
  for (int i = 100000; i < 130000; ++i) expected.push_back(std::to_string(i));
  expected.push_back(folder + "/bottom");
  for (const auto& file : expected) ASSERT_TRUE(out.add(file, {}, kStat));
  for (; !folder.empty(); folder = std::string(folder_of(folder))) {
    ASSERT_TRUE(out.add_directory(folder, kStat));
    expected.push_back(folder + "/");
  }
  ASSERT_TRUE(out.add_directory("", kStat));
  expected.emplace_back("/");
  ASSERT_TRUE(out.finish());
  EXPECT_TRUE(paths() == expected);
}

TEST_F(ManifestTest, EveryCutAndEveryFlippedByteIsFound) {
  paths_of({"a/b", "a/c", "a/", "d", "/"});
  const auto whole = util::read_file(path);
  ASSERT_TRUE(whole);
  for (std::size_t at = 0; at < whole->size(); ++at) {
    ASSERT_TRUE(util::write_file(path, whole->substr(0, at)));
    EXPECT_FALSE(open()) << "cut at " << at;
    std::string flipped = *whole;
    flipped[at] ^= 0x10;
    ASSERT_TRUE(util::write_file(path, flipped));
    EXPECT_NE(paths(), (std::vector<std::string>{"a/b", "a/c", "a/", "d", "/"})) << at;
  }
  ASSERT_TRUE(util::write_file(path, *whole + "x"));
  EXPECT_FALSE(open());
}

TEST_F(ManifestTest, WhatIsOutOfOrderOrNoNameIsRefusedWhateverTheChecksumSays) {
  const std::vector<std::vector<std::string>> wrong{{"b", "a", "/"},
                                                    {"a", "a", "/"},
                                                    {"a", "b/", "/"},
                                                    {"../a", "../", "/"},
                                                    {"a/../b", "/"},
                                                    {"/", "a"},
                                                    {"a"},
                                                    {},
                                                    {"a", "/", "/"},
                                                    {"a/b", "c/", "/"},
                                                    {"a//b", "/"},
                                                    {".", "/"},
                                                    {"a/b", "c", "/"},
                                                    {"a/b/c", "a/d", "a/", "/"}};
  for (const auto& records : wrong) {
    const auto read = paths_of(records);
    ASSERT_FALSE(read.empty());
    EXPECT_EQ(read.back(), "!") << testing::PrintToString(records);
  }
}

TEST_F(ManifestTest, NothingButAFileIsOne) {
  EXPECT_FALSE(ManifestReader::open(util::Fd(::open(dir.path().c_str(), O_RDONLY)), "folder"));
  EXPECT_FALSE(ManifestReader::open(util::Fd(::open("/dev/zero", O_RDONLY)), "zero"));
  EXPECT_FALSE(ManifestReader::open(util::Fd(), "none"));
}

}  // namespace
}  // namespace gitsync::tree
