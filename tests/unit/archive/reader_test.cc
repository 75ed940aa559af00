// SPDX-License-Identifier: Apache-2.0
#include "archive/reader.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <set>

#include "archive_fixture.h"

namespace gitsync::archive {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The members of archives.py; which of the two hard-linked files comes first, and whether folders
// are members, differs between writers.
std::set<std::string> expected() {
  std::string deep = "deep/";
  for (int i = 0; i < 6; ++i) deep += "folder with a long name/";
  for (int i = 0; i < 100; ++i) deep += "ä";
  std::string target = "../../" + std::string(150, 't');
  return {"empty|folder||0|",
          "tool|tool||10|#!/bin/sh\n",
          "sub/dir/file|file||100000|" + std::string(20, 'x'),
          "nothing|file||0|",
          "absolute|symlink|/etc/hosts|0|",
          "relative|symlink|" + target + "|0|",
          deep + "|file||4|long",
          "raw-\xff-name|file||3|raw",
          "line\nbreak|file||3|odd"};
}

std::set<std::string> essence(const std::vector<Found>& all) {
  std::set<std::string> lines;
  for (auto& line : lines_of(all)) {
    const bool other_folder = line.contains("|folder|") && !line.starts_with("empty|");
    if (!other_folder && !line.starts_with("plain|") && !line.starts_with("hard|")) {
      lines.insert(line);
    }
  }
  return lines;
}

// "plain" and "hard" are one file: one has the content, the other leads to it.
void expect_hard_link(const std::vector<Found>& all) {
  std::string content, target;
  for (const auto& [member, text] : all) {
    if (member.path != "plain" && member.path != "hard") continue;
    if (member.kind == Kind::kHardLink) {
      target = member.target;
    } else {
      content = text;
    }
  }
  EXPECT_EQ(content, "plain content\n");
  EXPECT_THAT(target, ::testing::AnyOf("plain", "hard"));
}

TEST(Reader, ReadsWhatEveryWriterWrites) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(archives() + "/good")) {
    SCOPED_TRACE(entry.path());
    const auto bytes = file(entry.path());
    const auto all = read_all(pieces(bytes));
    ASSERT_TRUE(all) << all.error().message;
    EXPECT_EQ(essence(*all), expected());
    expect_hard_link(*all);
    for (const auto& found : *all) {
      EXPECT_EQ(found.member.mtime.time_since_epoch().count(), 1600000000) << found.member.path;
    }
    ++count;
  }
  EXPECT_EQ(count, 14);
}

TEST(Reader, PiecesOfAnySizeMakeNoDifference) {
  for (const auto* name : {"python-pax.tar", "gnutar-gnu.tar", "python.tar.gz", "gnutar.tar.zst"}) {
    const auto bytes = file(archives() + "/good/" + name);
    const auto whole = read_all(pieces(bytes, bytes.size()));
    ASSERT_TRUE(whole);
    for (const std::size_t size : {1, 7, 511, 513}) {
      SCOPED_TRACE(std::string(name) + " " + std::to_string(size));
      const auto all = read_all(pieces(bytes, size));
      ASSERT_TRUE(all) << all.error().message;
      EXPECT_EQ(lines_of(*all), lines_of(*whole));
    }
  }
}

TEST(Reader, HolesOfSparseFilesAreZeros) {
  std::string expected(3 << 20, '\0');
  expected.replace(1 << 20, 6, "middle");
  for (const auto* name :
       {"sparse-gnu.tar", "sparse-0.0.tar", "sparse-0.1.tar", "sparse-1.0.tar"}) {
    SCOPED_TRACE(name);
    const auto bytes = file(archives() + "/sparse/" + name);
    EXPECT_LT(bytes.size(), std::size_t{1} << 20) << "not sparse";
    const auto all = read_all(pieces(bytes));
    ASSERT_TRUE(all) << all.error().message;
    ASSERT_EQ(all->size(), 1U);
    EXPECT_EQ(all->front().member.path, "hole");
    EXPECT_TRUE(all->front().content == expected);
  }
}

TEST(Reader, ContentThatIsNotReadIsSkipped) {
  const auto bytes = file(archives() + "/good/python.tar.gz");
  Reader reader(pieces(bytes));
  std::size_t members = 0;
  while (true) {
    const auto member = reader.next();
    ASSERT_TRUE(member) << member.error().message;
    if (!*member) break;
    ++members;
    if ((*member)->path == "sub/dir/file") {
      EXPECT_FALSE(reader.content().value().empty());
    }
  }
  EXPECT_EQ(members, read_all(pieces(bytes))->size());
  EXPECT_FALSE(reader.next().value()) << "the end stays the end";
}

TEST(Reader, APathMayComeAgainWithOtherContent) {
  const auto bytes = file(archives() + "/again.tar");
  const auto all = read_all(pieces(bytes));
  ASSERT_TRUE(all) << all.error().message;
  EXPECT_THAT(lines_of(*all),
              ElementsAre("d|folder||0|", "d|folder||0|", "f|file||3|old", "f|file||5|newer",
                          "l|symlink|new|0|", "l|symlink|old|0|"));
}

TEST(Reader, AHardLinkToASymlinkIsThatSymlink) {
  const auto bytes = file(archives() + "/hard-symlink.tar");
  const auto all = read_all(pieces(bytes));
  ASSERT_TRUE(all) << all.error().message;
  EXPECT_THAT(lines_of(*all), ElementsAre("h|symlink|target|0|", "l|symlink|target|0|"));
}

TEST(Reader, ReadsAHundredThousandMembers) {
  const auto bytes = archive_of_many();
  Reader reader(pieces(bytes));
  std::size_t members = 0;
  while (true) {
    const auto member = reader.next();
    ASSERT_TRUE(member) << member.error().message;
    if (!*member) break;
    ++members;
  }
  EXPECT_EQ(members, 100000U);
}

TEST(Reader, ErrorsOfTheInputAreReturnedAsTheyAre) {
  const auto bytes = file(archives() + "/good/python.tar.gz");
  Reader reader([given = false, &bytes]() mutable -> util::Result<std::string_view> {
    if (given) return util::fail(util::ErrorKind::kNetwork, "the line is cut");
    given = true;
    return std::string_view(bytes).substr(0, 300);
  });
  auto member = reader.next();
  while (member && *member) member = reader.next();
  ASSERT_FALSE(member);
  EXPECT_EQ(member.error().kind, util::ErrorKind::kNetwork);
  EXPECT_EQ(member.error().message, "the line is cut");
  EXPECT_FALSE(reader.next()) << "an error stays";
  EXPECT_FALSE(reader.content());
}

TEST(Reader, RefusesMoreBytesThanItMay) {
  const auto bytes = file(archives() + "/good/python.tar.gz");
  const auto all = read_all(pieces(bytes), {.max_bytes = 1000, .setting = "--max-tree-size"});
  ASSERT_FALSE(all);
  EXPECT_EQ(all.error().message,
            "the archive holds more than 1000 bytes (--max-tree-size): refused at \"sub/dir/file\" "
            "of 97.6 KiB, after 24 bytes");
}

TEST(Reader, RefusesMoreMembersThanItMay) {
  const auto bytes = archive_of_many();
  const auto all = read_all(pieces(bytes), {.max_members = 5000});
  ASSERT_FALSE(all);
  EXPECT_THAT(all.error().message, HasSubstr("more than 5000 members"));
}

TEST(Reader, RefusesMoreNamesThanItMay) {
  const auto bytes = file(archives() + "/good/python.tar.gz");
  const auto all = read_all(pieces(bytes), {.max_names = 10});
  ASSERT_FALSE(all);
  EXPECT_THAT(all.error().message, HasSubstr("more than 10 bytes of names and targets"));
}

// A member that claims terabytes is refused before a byte of it is asked for.
TEST(Reader, RefusesAClaimBeforeItsContent) {
  const auto bytes = file(archives() + "/claim.tar");
  Reader reader([given = false, &bytes]() mutable -> util::Result<std::string_view> {
    EXPECT_FALSE(given);
    given = true;
    return std::string_view(bytes);
  });
  const auto member = reader.next();
  ASSERT_FALSE(member);
  EXPECT_THAT(member.error().message, HasSubstr("more than 10 GiB: refused at \"huge\" of 5 TiB"));
}

// Endless in content: the sum of the sizes ends it, whatever is behind.
TEST(Reader, EndsAnEndlessStream) {
  const auto member = file(archives() + "/one-mib.tar").substr(0, 512 + (1 << 20));
  std::uint64_t given = 0;
  const auto all = read_all(
      [&]() -> util::Result<std::string_view> {
        given += member.size();
        return std::string_view(member);
      },
      {.max_bytes = std::uint64_t{20} << 20});
  ASSERT_FALSE(all);
  EXPECT_THAT(all.error().message, HasSubstr("more than 20 MiB"));
  EXPECT_LT(given, std::uint64_t{25} << 20);
}

TEST(Reader, EndsEndlessPadding) {
  const auto whole = file(archives() + "/one-mib.tar");
  const std::string zeros(1 << 20, '\0');
  bool given = false;
  const auto all = read_all([&]() -> util::Result<std::string_view> {
    return std::exchange(given, true) ? std::string_view(zeros) : std::string_view(whole);
  });
  ASSERT_FALSE(all);
  EXPECT_THAT(all.error().message, HasSubstr("zeros follow the end of the archive on and on"));
}

struct Case {
  const char* name;
  const char* message;  // a part of it

  friend void PrintTo(const Case& bad, std::ostream* out) { *out << bad.name; }
};

class BadArchive : public ::testing::TestWithParam<Case> {};

TEST_P(BadArchive, IsRefusedWithTheReason) {
  const auto bytes = file(archives() + "/bad/" + GetParam().name);
  for (const std::size_t size : {std::size_t{64} << 10, std::size_t{1000}}) {
    const auto all = read_all(pieces(bytes, size));
    ASSERT_FALSE(all);
    EXPECT_EQ(all.error().kind, util::ErrorKind::kProtocol);
    EXPECT_THAT(all.error().message, HasSubstr(GetParam().message));
  }
}

constexpr Case kCases[] = {
    // against the rules
    {"dotdot", "member \"a/../../b\" is refused: \"..\" would leave the tree"},
    {"dotdot-alone", "\"..\" would leave the tree"},
    {"absolute", "member \"/etc/passwd\" is refused: its path is absolute"},
    {"empty-name", "its name is empty"},
    {"root-file", "its name is empty"},
    {"root-symlink", "its name is empty"},
    {"nul-pax", "a name of the archive has a NUL in it: \"nice\\x00../evil\""},
    {"nul-target", "a name of the archive has a NUL in it"},
    {"nul-long", "a name of the archive has a NUL in it"},
    {"git", "member \".git/\" is refused: \".git\" is git's own folder"},
    {"git-case", "member \"sub/.GiT/config\" is refused: \".git\" is git's own folder"},
    {"git-link", "member \"sub/.git\" is refused"},
    {"long-name", "a name in it is longer than 255 bytes"},
    {"long-path", "its path is longer than 4096 bytes"},
    {"long-target", "member \"link\" is refused: the target of the symlink is too long"},
    {"character-device", "member \"null\" is refused: it is a device"},
    {"block-device", "it is a device"},
    {"pipe", "it is a named pipe"},
    {"continued", "of a type that is not read: \"M\""},
    {"dump-folder", "of a type that is not read: \"D\""},
    {"unknown-type", "of a type that is not read: \"Q\""},
    {"hard-outside", "it is a hard link to \"../outside\", which can be no member"},
    {"hard-absolute", "it is a hard link to \"/etc/passwd\", which can be no member"},
    {"hard-missing", "it is a hard link to \"nothing\", which has not come before"},
    {"hard-later", "which has not come before"},
    {"hard-itself", "it is a hard link to \"link\", itself"},
    {"hard-folder", "which is a folder"},
    {"hard-git", "which can be no member"},
    {"through-symlink", "member \"link/evil\" is refused: \"link\" is a symlink"},
    {"through-deep-symlink", "\"a/link\" is a symlink"},
    {"through-hard-link", "\"again\" is a symlink"},
    {"below-file", "member \"file/below\" is refused: \"file\" is a file"},
    {"file-over-folder", "member \"a\" is refused: it has come before, as a folder"},
    {"folder-over-file", "it has come before, as a file"},
    {"symlink-over-file", "it has come before, as a file"},
    {"file-over-symlink", "it has come before, as a symlink"},
    {"symlink-over-folder", "it has come before, as a folder"},
    {"no-target", "it is a symlink to nothing"},
    {"negative-size", ""},
    {"malformed-pax", ""},
    {"pax-without-value", ""},
    {"endless-headers", ""},
    // not whole, or no archive at all
    {"nothing", "the archive is empty: 0 bytes"},
    {"no-members", "the archive is empty: it has no members"},
    {"padding-only", "the archive is empty: it has no members"},
    {"no-tar", "this is no tar archive"},
    {"short-junk", "this is no tar archive"},
    {"no-end", "the archive is cut off: it does not end with two blocks of zeros"},
    {"lone-block", "the archive is cut off"},
    {"cut-in-content", "damaged or cut off"},
    {"cut-in-header", "damaged or cut off"},
    {"cut-after-first", "the archive is cut off"},
    {"something-follows", "something follows the end of the archive"},
    {"second-archive", "something follows the end of the archive"},
    {"bad-checksum", "damaged or cut off"},
    {"gzip-no-trailer", "the archive is cut off: its gzip stream has no end"},
    {"gzip-half-trailer", "its gzip stream has no end"},
    {"gzip-bad-checksum", "the gzip stream is damaged (incorrect data check)"},
    {"gzip-cut", "its gzip stream has no end"},
    {"gzip-header", "its gzip stream has no end"},
    {"gzip-follows", "something else follows the end of the gzip stream"},
    {"gzip-damaged", "the gzip stream is damaged"},
    {"gzip-of-nothing", "archive"},
    {"gzip-empty-members", "the gzip stream goes on and on without content"},
    {"gzip-cut-inside", "damaged or cut off"},
    {"bzip2", "this is a bzip2 stream"},
    {"xz", "this is an xz stream; only tar archives"},
    {"zip", "this is a zip archive"},
    {"zstd-cut", "its zstd stream has no end"},
    {"zstd-bad-checksum", "the zstd stream is damaged"},
    {"zstd-follows", "something else follows the end of the zstd stream"},
    {"zstd-skippable", "the zstd stream goes on and on without content"},
    {"zstd-window", "needs a window over 32 MiB"},
};

INSTANTIATE_TEST_SUITE_P(Reader, BadArchive, ::testing::ValuesIn(kCases), [](const auto& test) {
  std::string name = test.param.name;
  std::ranges::replace(name, '-', '_');
  return name;
});

TEST(BadArchives, AllOfThemAreTried) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(archives() + "/bad")) {
    names.insert(entry.path().filename());
  }
  for (const auto& bad : kCases) names.erase(bad.name);
  EXPECT_THAT(names, ElementsAre());
}

}  // namespace
}  // namespace gitsync::archive
