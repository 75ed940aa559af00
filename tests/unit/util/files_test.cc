// SPDX-License-Identifier: Apache-2.0
#include "util/files.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <set>
#include <string>

#include "support/child.h"
#include "support/temp_dir.h"
#include "util/fd.h"

namespace gitsync::util {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Files : ::testing::Test {
  mode_t mode_of(const std::string& path) {
    struct stat info = {};
    return ::lstat(path.c_str(), &info) == 0 ? info.st_mode & 07777 : 0;
  }
  void set_old_times(const std::string& path) {
    const timespec times[2] = {{.tv_sec = 1000, .tv_nsec = 0}, {.tv_sec = 1000, .tv_nsec = 0}};
    ASSERT_EQ(::utimensat(AT_FDCWD, path.c_str(), times, 0), 0);
  }
  time_t modified(const std::string& path) {
    struct stat info = {};
    return ::stat(path.c_str(), &info) == 0 ? info.st_mtime : 0;
  }

  test::TempDir dir;
  std::string file = dir / "file";
};

TEST_F(Files, ReadGivesBackWhatWriteWasGiven) {
  const std::string content("a\0b\r\n\xff", 6);
  ASSERT_TRUE(write_file(file, content));
  EXPECT_EQ(read_file(file).value(), content);
  ASSERT_TRUE(write_file(file, "short"));
  EXPECT_EQ(read_file(file).value(), "short");
}

TEST_F(Files, ReadRefusesWhatIsLargerThanTheLimit) {
  ASSERT_TRUE(write_file(file, std::string(100, 'x')));
  EXPECT_EQ(read_file(file, 100).value().size(), 100U);
  EXPECT_EQ(read_file(file, 99).error().kind, ErrorKind::kInvalid);
  // Endless files are refused too, without being read whole.
  EXPECT_EQ(read_file("/dev/zero", 1 << 20).error().kind, ErrorKind::kInvalid);
}

TEST_F(Files, ReadFailsWithTheFilesName) {
  EXPECT_EQ(read_file(file).error().kind, ErrorKind::kNotFound);
  EXPECT_THAT(read_file(file).error().message, HasSubstr(file));
  EXPECT_EQ(read_file(dir.path()).error().sys_errno, EISDIR);
}

TEST_F(Files, ReadDoesNotWaitForTheWriterOfAPipe) {
  ASSERT_EQ(::mkfifo(file.c_str(), 0600), 0);
  test::Child reader([&] { return read_file(file).value_or("error").empty() ? 0 : 1; });
  EXPECT_EQ(reader.wait(), 0);
}

TEST_F(Files, ReadGivesUpOnAPipeThatStaysSilent) {
  ASSERT_EQ(::mkfifo(file.c_str(), 0600), 0);
  const Fd writer(::open(file.c_str(), O_RDWR | O_CLOEXEC));
  ASSERT_EQ(::write(writer.get(), "begun", 5), 5);
  // The writer stays silent now: neither success nor waiting for ever.
  EXPECT_EQ(read_file(file).error().kind, ErrorKind::kBusy);
}

TEST_F(Files, AtomicWriteReplacesAndLeavesNothingElse) {
  ASSERT_TRUE(write_file(file, "old"));
  ASSERT_TRUE(write_file_atomic(file, "tmp-", "new", 0644));
  EXPECT_EQ(read_file(file).value(), "new");
  EXPECT_THAT(list_directory(dir.path()).value(), ElementsAre("file"));
}

TEST_F(Files, AtomicWriteSetsExactlyTheModeWhateverTheUmask) {
  const mode_t before = ::umask(077);
  EXPECT_TRUE(write_file_atomic(file, "tmp-", "x", 0644));
  ::umask(before);
  EXPECT_EQ(mode_of(file), 0644U);
}

TEST_F(Files, AFlushedAtomicWriteReplacesToo) {
  ASSERT_TRUE(write_file(file, "old"));
  ASSERT_TRUE(write_file_atomic(file, "tmp-", "new", 0644, Durability::kSynced));
  EXPECT_EQ(read_file(file).value(), "new");
}

TEST_F(Files, FailedAtomicWriteLeavesNothing) {
  ASSERT_EQ(::mkdir(file.c_str(), 0755), 0);
  EXPECT_FALSE(write_file_atomic(file, "tmp-", "x", 0644));
  EXPECT_THAT(list_directory(dir.path()).value(), ElementsAre("file"));
  EXPECT_FALSE(write_file_atomic(dir / "missing/file", "tmp-", "x", 0644));
}

TEST_F(Files, AtomicWriteReportsAFullDisk) {
  test::Child limited([&] {
    ::signal(SIGXFSZ, SIG_IGN);
    const rlimit small{.rlim_cur = 10, .rlim_max = 10};
    ::setrlimit(RLIMIT_FSIZE, &small);
    const auto result = write_file_atomic(file, "tmp-", std::string(100, 'x'), 0644);
    return !result && result.error().sys_errno == EFBIG ? 0 : 1;
  });
  EXPECT_EQ(limited.wait(), 0);
  EXPECT_THAT(list_directory(dir.path()).value(), IsEmpty());
}

TEST_F(Files, DirectoriesAreMadeWithTheirParents) {
  ASSERT_TRUE(make_directories(dir / "a/b/c"));
  EXPECT_TRUE(is_directory(dir / "a/b/c"));
  EXPECT_TRUE(make_directories(dir / "a/b/c"));
  EXPECT_TRUE(make_directories(dir / "a//b/./d/"));
  EXPECT_TRUE(is_directory(dir / "a/b/d"));
}

TEST_F(Files, DirectoriesObeyTheUmask) {
  const mode_t before = ::umask(0002);
  EXPECT_TRUE(make_directories(dir / "shared/sub"));
  ::umask(0022);
  EXPECT_TRUE(make_directories(dir / "own"));
  ::umask(before);
  EXPECT_EQ(mode_of(dir / "shared"), 0775U);
  EXPECT_EQ(mode_of(dir / "shared/sub"), 0775U);
  EXPECT_EQ(mode_of(dir / "own"), 0755U);
}

TEST_F(Files, ALinkToADirectoryCountsAsOneAndAFileDoesNot) {
  ASSERT_EQ(::symlink(".", (dir / "link").c_str()), 0);
  EXPECT_TRUE(make_directories(dir / "link"));
  ASSERT_TRUE(write_file(file, ""));
  EXPECT_FALSE(make_directories(file));
  EXPECT_EQ(make_directories(file + "/sub").error().sys_errno, ENOTDIR);
}

TEST_F(Files, ListingIsSortedAndComplete) {
  for (const char* name : {"b", ".hidden", "a", "new\nline", "\xff\xfe"}) {
    ASSERT_TRUE(write_file(dir / name, ""));
  }
  EXPECT_THAT(list_directory(dir.path()).value(),
              ElementsAre(".hidden", "a", "b", "new\nline", "\xff\xfe"));
  EXPECT_EQ(list_directory(dir / "missing").error().kind, ErrorKind::kNotFound);
  EXPECT_EQ(list_directory(dir / "a").error().sys_errno, ENOTDIR);
}

TEST_F(Files, ReadLinkTellsLinksNothingAndOthersApart) {
  ASSERT_EQ(::symlink("some/where", file.c_str()), 0);
  EXPECT_EQ(read_link(file).value(), "some/where");
  EXPECT_EQ(read_link(dir / "missing").value(), std::nullopt);
  EXPECT_EQ(read_link(dir / "missing/below").value(), std::nullopt);
  EXPECT_EQ(read_link(dir.path()).error().kind, ErrorKind::kInvalid);
}

TEST_F(Files, TouchCreatesOrOnlySetsTimes) {
  ASSERT_TRUE(touch(file));
  EXPECT_EQ(read_file(file).value(), "");
  ASSERT_TRUE(write_file(file, "kept"));
  set_old_times(file);
  ASSERT_TRUE(touch(file));
  EXPECT_GT(modified(file), 1000);
  EXPECT_EQ(read_file(file).value(), "kept");
}

TEST_F(Files, TouchWorksOnADirectory) {
  ASSERT_TRUE(make_directories(dir / "sub"));
  set_old_times(dir / "sub");
  ASSERT_TRUE(touch(dir / "sub"));
  EXPECT_GT(modified(dir / "sub"), 1000);
  EXPECT_FALSE(touch(dir / "missing/file"));
}

TEST_F(Files, SyncDirectoryWantsADirectory) {
  EXPECT_TRUE(sync_directory(dir.path()));
  EXPECT_FALSE(sync_directory(dir / "missing"));
}

TEST_F(Files, FreePartOfDiskIsAPart) {
  EXPECT_GT(free_part_of_disk(dir.path()), 0);
  EXPECT_LE(free_part_of_disk(dir.path()), 1);
  EXPECT_EQ(free_part_of_disk(dir / "missing"), 1);
}

TEST_F(Files, ExistsFollowsLinks) {
  ASSERT_EQ(::symlink("nowhere", file.c_str()), 0);
  EXPECT_FALSE(exists(file));
  EXPECT_FALSE(is_directory(file));
  EXPECT_TRUE(exists(dir.path()));
}

TEST(RandomSuffix, IsDifferentEachTime) {
  std::set<std::string> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(random_suffix());
  EXPECT_EQ(seen.size(), 1000U);
}

}  // namespace
}  // namespace gitsync::util
