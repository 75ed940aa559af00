// SPDX-License-Identifier: Apache-2.0
#include "git/index_writer.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "support/git_index.h"
#include "util/files.h"

namespace gitsync::git {
namespace {

class IndexWriterAndGit : public testing::Test {
 protected:
  IndexWriterAndGit() : repo(fixture.make_repo("repo")) {}

  // A file of every kind and with every sort of name, committed.
  void commit_everything() {
    for (const std::string folder : {"b", "aa", "a-b", "a", "ccc/d", "ccc/long", "sub"}) {
      ASSERT_TRUE(util::make_directories(repo + "/" + folder));
    }
    for (const std::string name :
         {"top", "b/x", "aa/x", "a-b/x", "a/x", "a.b", "ccc/d/x", "ccc/long/y", "ccc/z",
          "new\nline", "not \xff\xfe utf-8", "\"quoted\"", "tab\t", "empty", "\xc3\xa9", "run"}) {
      ASSERT_TRUE(util::write_file(repo + "/" + name, name == "empty" ? "" : name));
    }
    ASSERT_TRUE(util::write_file(repo + "/" + std::string(255, 'n'), "long"));
    ASSERT_EQ(::chmod((repo + "/run").c_str(), 0755), 0);
    ASSERT_EQ(::symlink("nowhere", (repo + "/link").c_str()), 0);
    fixture.git(repo, {"add", "-A"});
    fixture.git(repo, {"update-index", "--add", "--cacheinfo",
                       "160000,1234567890123456789012345678901234567890,sub"});
    fixture.git(repo, {"commit", "-q", "-m", "everything"});
  }
  std::string index() const { return util::read_file(repo + "/.git/index").value(); }
  std::string says(const std::vector<std::string>& args) const {
    return test::whole_output(fixture, repo, args);
  }
  std::string status() const { return says({"--no-optional-locks", "status", "--porcelain"}); }

  test::GitFixture fixture;
  const std::string repo;
};

TEST_F(IndexWriterAndGit, WriteTheSameBytes) {
  commit_everything();
  // One thread: without the extensions that help several.
  fixture.git(repo, {"-c", "index.threads=1", "read-tree", "HEAD"});
  fixture.git(repo, {"-c", "index.threads=1", "update-index", "--refresh"});
  const std::string theirs = index();
  test::write_index_of_head(fixture, repo);
  EXPECT_EQ(index(), theirs);
  EXPECT_NE(theirs.find("TREE"), std::string::npos);
}

TEST_F(IndexWriterAndGit, AgreeThatNothingHasChanged) {
  commit_everything();
  test::write_index_of_head(fixture, repo);
  EXPECT_EQ(says({"diff-files"}), "");
  EXPECT_EQ(says({"diff-index", "--cached", "HEAD"}), "");
  EXPECT_EQ(status(), "");
  EXPECT_EQ(says({"ls-files", "--stage", "-z"}), test::read_index(index())->shown);
  says({"fsck", "--cache", "--strict"});
  fixture.git(repo, {"update-index", "--really-refresh"});
  EXPECT_EQ(says({"write-tree"}), says({"rev-parse", "HEAD^{tree}"}));
}

TEST_F(IndexWriterAndGit, GoOnFromIt) {
  commit_everything();
  test::write_index_of_head(fixture, repo);
  ASSERT_TRUE(util::write_file(repo + "/ccc/d/x", "edited"));
  EXPECT_EQ(status(), " M ccc/d/x\n");
  fixture.git(repo, {"commit", "-q", "-a", "-m", "edited"});
  EXPECT_EQ(status(), "");
  EXPECT_EQ(says({"diff-tree", "--name-only", "-r", "HEAD~", "HEAD"}), "ccc/d/x\n");
  EXPECT_EQ(says({"write-tree"}), says({"rev-parse", "HEAD^{tree}"}));
}

TEST_F(IndexWriterAndGit, WriteTheSameForPathsLongerThanTheirLengthField) {
  const std::string id(40, '7');
  std::vector<std::string> paths;
  for (const std::size_t length : {4094, 4095, 4096, 5000}) {
    std::string path;
    while (path.size() + 202 < length) path += std::string(200, 'd') + "/";
    paths.push_back(path + std::string(length - path.size(), 'f'));
  }
  std::ranges::sort(paths);
  std::string input;
  for (const auto& path : paths) input += "100644 " + id + " 0\t" + path + '\0';
  test::whole_output(fixture, repo, {"update-index", "-z", "--index-info"}, input);
  const auto folder = util::Folder::open(repo);
  const util::Fd file(::openat(folder->fd(), "mine", O_RDWR | O_CREAT | O_CLOEXEC, 0666));
  IndexWriter writer(file.get(), "mine");
  for (const auto& path : paths) {
    ASSERT_TRUE(writer.add({.path = path, .mode = kIndexFile, .id = test::index_id(id)}));
  }
  ASSERT_TRUE(writer.finish());
  EXPECT_EQ(util::read_file(repo + "/mine").value(), index());
}

// An edit that leaves size, inode and time of modification alone: only the time of the index tells.
class RacyEdit : public IndexWriterAndGit {
 protected:
  static constexpr timespec kThen{.tv_sec = 1700000000, .tv_nsec = 500000000};

  RacyEdit() {
    fixture.commit(repo, "file", "before");
    fixture.git(repo, {"config", "core.trustctime", "false"});
    set_time();
  }
  void set_time() {
    const std::array<timespec, 2> times{kThen, kThen};
    ASSERT_EQ(::utimensat(AT_FDCWD, (repo + "/file").c_str(), times.data(), 0), 0);
  }
  void edit() {
    ASSERT_TRUE(util::write_file(repo + "/file", "after!"));
    set_time();
  }
};

TEST_F(RacyEdit, IsSeenIfTheIndexIsAsOldAsTheFile) {
  test::write_index_of_head(fixture, repo, kThen);
  EXPECT_EQ(status(), "");
  EXPECT_EQ(says({"diff-files"}), "");
  edit();
  EXPECT_EQ(status(), " M file\n");
  EXPECT_NE(says({"diff-files"}), "");
}

TEST_F(RacyEdit, IsNotSeenIfTheIndexIsYounger) {  // so the rule above is what makes it seen
  test::write_index_of_head(fixture, repo);
  edit();
  EXPECT_EQ(status(), "");
}

TEST_F(RacyEdit, IsSeenAtOnceAfterTheIndexIsWritten) {
  // Real times, as often as it takes to meet within one tick of the clock that files get.
  for (int round = 0; round < 50; ++round) {
    ASSERT_TRUE(util::write_file(repo + "/file", "before"));
    test::write_index_of_head(fixture, repo);
    ASSERT_TRUE(util::write_file(repo + "/file", "after!"));
    ASSERT_EQ(status(), " M file\n") << round;
  }
}

class IndexWriterAlone : public testing::Test {
 protected:
  util::Result<void> add(const std::string& path, std::uint32_t mode = kIndexFile) {
    return writer.add({.path = path, .mode = mode, .id = id});
  }
  bool is_refused(const util::Result<void>& result) const {
    return !result && result.error().kind == util::ErrorKind::kInvalid;
  }

  const test::IndexId id{};
  const util::Fd file{::memfd_create("index", MFD_CLOEXEC)};
  IndexWriter writer{file.get(), "index"};
};

TEST_F(IndexWriterAlone, RefusesWhatTheFormatForbids) {
  for (const std::string path : {"", "/", "/a", "a/", "a//b", ".", "..", "a/../b", "a/./b", ".git",
                                 ".git/config", "a/.git"}) {
    EXPECT_TRUE(is_refused(add(path))) << path;
  }
  EXPECT_TRUE(is_refused(add(std::string("a\0b", 3))));
  EXPECT_TRUE(is_refused(add(std::string(kLongestIndexPath + 1, 'a'))));
  for (const std::uint32_t mode : {0U, 0100600U, 0100664U, 040000U, 0644U, 0120777U}) {
    EXPECT_TRUE(is_refused(add("a", mode))) << mode;
  }
  EXPECT_TRUE(is_refused(writer.add({.path = "a", .mode = kIndexFile, .id = id, .stage = 1})));
  EXPECT_EQ(writer.entries(), 0U);
  EXPECT_TRUE(add(".gitignore"));
}

TEST_F(IndexWriterAlone, RefusesEntriesOutOfOrder) {
  ASSERT_TRUE(add("a-b"));
  EXPECT_TRUE(is_refused(add("a-b")));
  EXPECT_TRUE(is_refused(add("a")));
  EXPECT_TRUE(add("a/b")) << "bytes, not components";
  EXPECT_TRUE(add("a\xff")) << "unsigned bytes";
}

TEST_F(IndexWriterAlone, SaysThatTheDiskIsFull) {
  const util::Fd full(::open("/dev/full", O_RDWR | O_CLOEXEC));
  IndexWriter to_full(full.get(), "index");
  util::Result<void> added;
  for (int i = 0; added && i < 100000; ++i) {
    const std::string path = std::to_string(100000 + i);
    added = to_full.add({.path = path, .mode = kIndexFile, .id = id});
  }
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().sys_errno, ENOSPC);
}

TEST_F(IndexWriterAlone, WritesManyEntries) {
  constexpr std::uint32_t kEntries = 30000;
  std::string expected;
  for (std::uint32_t i = 0; i < kEntries; ++i) {
    const std::string path = "folder/" + std::to_string(100000 + i);
    const IndexEntry entry{.path = path, .mode = kIndexFile, .id = id};
    ASSERT_TRUE(writer.add(entry));
    expected += test::shown_entry(entry) + '\0';
  }
  ASSERT_TRUE(writer.finish());
  const auto read =
      test::read_index(util::read_file("/proc/self/fd/" + std::to_string(file.get())).value());
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->info.entries, kEntries);
  EXPECT_EQ(read->shown, expected);
}

}  // namespace
}  // namespace gitsync::git
