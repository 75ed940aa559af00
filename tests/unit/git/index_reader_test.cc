// SPDX-License-Identifier: Apache-2.0
#include "git/index_reader.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include "git/index_checksum.h"
#include "support/git_index.h"
#include "util/files.h"

namespace gitsync::git {
namespace {

bool is_not_understood(const util::Error& error) {
  return error.cause == util::Cause::kNotUnderstood;
}

class IndexReaderAndGit : public testing::Test {
 protected:
  IndexReaderAndGit() : repo(fixture.make_repo("repo")) {
    for (const std::string name : {"a/b", "a/bc", "a-b", "b", "\xff\n"}) {
      EXPECT_TRUE(util::make_directories(repo + "/a"));
      fixture.commit(repo, name, name);
    }
  }
  std::string index() const { return util::read_file(repo + "/.git/index").value(); }
  std::string listed() const {
    return test::whole_output(fixture, repo, {"ls-files", "--stage", "-z"});
  }

  test::GitFixture fixture;
  const std::string repo;
};

TEST_F(IndexReaderAndGit, AgreeOnEveryVersion) {
  for (const std::uint32_t version : {2, 3, 4}) {
    // Version 3 is written only where it is needed.
    if (version == 3) fixture.git(repo, {"update-index", "--skip-worktree", "b"});
    fixture.git(repo, {"update-index", "--index-version", std::to_string(version)});
    const auto read = test::read_index(index());
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->info.version, version);
    EXPECT_EQ(read->info.entries, 5U);
    std::string expected = listed();
    if (version > 2) expected.replace(expected.find("\tb") + 2, 0, "|skip-worktree");
    EXPECT_EQ(read->shown, expected);
  }
}

TEST_F(IndexReaderAndGit, AgreeOnFlagsAndStages) {
  fixture.git(repo, {"update-index", "--assume-unchanged", "a/b"});
  ASSERT_TRUE(util::write_file(repo + "/new", "new"));
  fixture.git(repo, {"add", "-N", "new"});
  std::string input;
  for (const std::string stage : {"1", "2", "3"}) {
    input += "100644 " + std::string(40, stage[0]) + " " + stage + "\tb" + '\0';
  }
  test::whole_output(fixture, repo, {"update-index", "-z", "--index-info"}, input);
  std::string expected = listed();
  expected.replace(expected.find("\ta/b") + 4, 0, "|assume-valid");
  expected.replace(expected.find("\tnew") + 4, 0, "|intent-to-add");
  EXPECT_EQ(test::read_index(index())->shown, expected);
}

TEST_F(IndexReaderAndGit, AgreeOnStatData) {
  std::string shown;
  const util::Fd file(::open((repo + "/.git/index").c_str(), O_RDONLY | O_CLOEXEC));
  const auto read = read_index(file.get(), "index", [&](const IndexEntry& entry) {
    const auto& s = entry.stat;
    const auto text = [](auto value) { return std::to_string(value); };
    const auto time = [&](const IndexTime& t) {
      return text(t.seconds) + ":" + text(t.nanoseconds);
    };
    shown += std::string(entry.path) + '\0' + "  ctime: " + time(s.changed) +
             "\n  mtime: " + time(s.modified) + "\n  dev: " + text(s.device) +
             "\tino: " + text(s.inode) + "\n  uid: " + text(s.owner) + "\tgid: " + text(s.group) +
             "\n  size: " + text(s.size) + "\tflags: 0\n";
    return util::Result<void>{};
  });
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(shown, test::whole_output(fixture, repo, {"ls-files", "-z", "--debug"}));
}

TEST_F(IndexReaderAndGit, SkipsOptionalExtensionsAndNoOthers) {
  fixture.git(repo, {"update-index", "--force-untracked-cache"});
  EXPECT_TRUE(test::read_index(index()));
  fixture.git(repo, {"update-index", "--split-index"});
  const auto split = test::read_index(index());
  ASSERT_FALSE(split);
  EXPECT_TRUE(is_not_understood(split.error())) << split.error().message;
  fixture.git(repo, {"update-index", "--no-split-index"});
  EXPECT_TRUE(test::read_index(index()));
  fixture.git(repo, {"sparse-checkout", "init", "--cone", "--sparse-index"});
  const auto sparse = test::read_index(index());
  ASSERT_FALSE(sparse);
  EXPECT_TRUE(is_not_understood(sparse.error())) << sparse.error().message;
}

TEST_F(IndexReaderAndGit, FindEveryChangedByte) {
  const std::string whole = index();
  for (std::size_t i = 0; i < whole.size(); ++i) {
    std::string changed = whole;
    changed[i] = static_cast<char>(changed[i] ^ 0x20);
    EXPECT_FALSE(test::read_index(changed)) << i;
    EXPECT_FALSE(test::read_index(whole.substr(0, i))) << i;
  }
  EXPECT_FALSE(test::read_index(whole + '\0'));
}

// A file with one entry, and a right checksum whatever is wrong with the rest.
struct Crafted {
  std::string signature = "DIRC";
  char version = 2;
  char entries = 1;
  std::string mode = std::string("\0\0\x81\xa4", 4);
  std::string flags = std::string("\0\1", 2);
  std::string path = std::string("p\0", 2);
  std::string extensions = {};

  std::string bytes() const {
    std::string text = signature + std::string(3, '\0') + version + std::string(3, '\0') + entries;
    if (entries > 0) text += std::string(24, '\1') + mode + std::string(32, '\2') + flags + path;
    text += extensions;
    IndexChecksum checksum;
    checksum.add(text);
    const auto digest = checksum.finish();
    return text.append(digest.data(), digest.size());
  }
};

TEST(IndexReader, ReadsTheFileThatTheOthersDifferFrom) {
  const auto read = test::read_index(Crafted{}.bytes());
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_TRUE(read->shown.ends_with("\tp" + std::string(1, '\0')));
  EXPECT_TRUE(test::read_index(Crafted{.entries = 0}.bytes()));
  EXPECT_TRUE(test::read_index(
      Crafted{.extensions = std::string("XYZW\0\0\0\3abcAAAA\0\0\0\0", 19)}.bytes()));
}

TEST(IndexReader, CallsDamagedWhatTheFormatForbids) {
  using std::string_literals::operator""s;
  for (const auto& crafted : std::vector<Crafted>{
           {.signature = "DIRK"},
           {.entries = 2},
           {.entries = 127},
           {.flags = "\0\2"s},
           {.flags = "\x40\1"s, .path = "\0\0p\0\0\0\0\0\0\0"s},
           {.path = "/\0"s},
           {.path = ".\0"s},
           {.path = "\0\0"s},
           {.flags = "\0\2"s, .path = "a/\0\0\0\0\0\0\0\0"s},
           {.flags = "\0\4"s, .path = ".git\0\0\0\0\0\0"s},
           {.flags = "\0\2"s, .path = "ab\0\0\0\0\0\0\1\0"s},
           {.version = 4, .path = "\1p\0"s},
           {.version = 4, .path = "\xff\xff\xff\xff\xff\xff\xff\x7fp\0"s},
           {.extensions = "TREE\0\0\0\1"s},
           {.extensions = "TREE\xff\xff\xff\xff"s},
           {.extensions = "TRE"s},
       }) {
    const auto read = test::read_index(crafted.bytes());
    ASSERT_FALSE(read) << crafted.path;
    EXPECT_EQ(read.error().kind, util::ErrorKind::kCorrupt) << read.error().message;
    EXPECT_FALSE(is_not_understood(read.error()));
  }
}

TEST(IndexReader, DoesNotUnderstandWhatIsNewer) {
  using std::string_literals::operator""s;
  for (const auto& crafted : std::vector<Crafted>{
           {.version = 1},
           {.version = 5},
           {.mode = "\0\0\x40\0"s},
           {.mode = "\0\0\x81\xb4"s},
           {.version = 3, .flags = "\x40\1"s, .path = "\x80\0p\0\0\0\0\0\0\0"s},
           {.version = 3, .flags = "\x40\1"s, .path = "\0\1p\0\0\0\0\0\0\0"s},
           {.flags = "\x0f\xff"s, .path = std::string(kLongestIndexPath + 1, 'p') + "\0"s},
           {.extensions = "link\0\0\0\0"s},
           {.extensions = "\xffREE\0\0\0\0"s},
       }) {
    const auto read = test::read_index(crafted.bytes());
    ASSERT_FALSE(read);
    EXPECT_TRUE(is_not_understood(read.error())) << read.error().message;
  }
  std::string bare = Crafted{}.bytes();
  bare.replace(bare.size() - kIndexIdBytes, kIndexIdBytes, std::string(kIndexIdBytes, '\0'));
  EXPECT_TRUE(is_not_understood(test::read_index(bare).error())) << "index.skipHash";
}

TEST(IndexReader, RefusesEntriesOutOfOrder) {
  using std::string_literals::operator""s;
  // Of version 4, which has no padding. The second entry stands where extensions would.
  const auto with_second = [](const std::string& path, char stage) {
    const std::string flags = std::string(1, static_cast<char>(stage << 4)) + "\1";
    return test::read_index(Crafted{.version = 4,
                                    .entries = 2,
                                    .path = "\0b\0"s,
                                    .extensions = std::string(24, '\1') + "\0\0\x81\xa4"s +
                                                  std::string(32, '\2') + flags + "\1" + path +
                                                  "\0"s}
                                .bytes());
  };
  EXPECT_TRUE(with_second("c", 0));
  EXPECT_TRUE(with_second("b", 2));
  for (const auto& path : {"a", "b"}) {
    const auto read = with_second(path, 0);
    ASSERT_FALSE(read) << path;
    EXPECT_EQ(read.error().message, "the index is damaged: its order");
  }
}

TEST(IndexReader, EndsWhenTheVisitorSaysSo) {
  const auto stopped = read_index(Crafted{}.bytes(), [](const IndexEntry&) -> util::Result<void> {
    return util::fail(util::ErrorKind::kStopped, "enough");
  });
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().message, "enough");
}

}  // namespace
}  // namespace gitsync::git
