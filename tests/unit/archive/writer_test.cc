// SPDX-License-Identifier: Apache-2.0
#include "archive/writer.h"

#include <gmock/gmock.h>

#include "archive_fixture.h"
#include "util/sha256.h"

namespace gitsync::archive {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::chrono::sys_seconds kTime{std::chrono::seconds(1700000000)};

struct Made {
  std::string bytes;
  Written written;
};

Made write(const std::vector<Found>& members, std::chrono::sys_seconds time = kTime) {
  Made made;
  auto writer = Writer::create(
                    [&](std::string_view piece) -> util::Result<void> {
                      made.bytes += piece;
                      return {};
                    },
                    time)
                    .value();
  for (const auto& [member, content] : members) {
    EXPECT_TRUE(writer.add(member)) << member.path;
    EXPECT_TRUE(writer.write(content));
  }
  made.written = writer.finish().value();
  return made;
}

Found a_file(const std::string& path, const std::string& content, Kind kind = Kind::kRegular) {
  return {.member = {.path = path, .kind = kind, .size = content.size()}, .content = content};
}

Found a_symlink(const std::string& path, const std::string& target) {
  return {.member = {.path = path, .kind = Kind::kSymlink, .target = target}};
}

std::vector<Found> sample() {
  const std::string deep = "deep/" + std::string(90, 'd') + "/" + std::string(90, 'e');
  return {a_file(".hidden", "h"),
          a_file("a-b", std::string(512, 'b')),
          a_file("a.txt", std::string(513, 't')),
          a_file("a/b/c", "c"),
          a_file("a/b/d", "#!/bin/sh\n", Kind::kExecutable),
          a_file("big", std::string(300000, 'z')),
          a_file(deep, "ustar's prefix"),
          a_file("deep/" + std::string(200, 'x'), "pax"),
          {.member = {.path = "empty", .kind = Kind::kFolder}},
          a_symlink("link", "a/b/c"),
          a_symlink("link-long", std::string(300, 'l')),
          a_file("raw-\xff" + std::string(200, 'r'), "bytes"),
          a_file("ümlaut", "")};
}

TEST(Writer, TheSameMembersGiveTheSameBytes) {
  const auto once = write(sample());
  const auto twice = write(sample());
  EXPECT_TRUE(once.bytes == twice.bytes);
  EXPECT_EQ(once.written.size, once.bytes.size());
  EXPECT_EQ(once.written.sha256, util::sha256_hex(once.bytes));
  EXPECT_EQ(once.written.sha256, twice.written.sha256);
  EXPECT_NE(once.written.sha256, write(sample(), kTime + std::chrono::seconds(1)).written.sha256);
}

TEST(Writer, TheGzipHeaderHasNeitherTimeNorName) {
  EXPECT_EQ(write(sample()).bytes.substr(0, 10), std::string("\x1f\x8b\x08\0\0\0\0\0\0\x03", 10));
}

TEST(Writer, WhatIsWrittenIsReadAgain) {
  const auto made = write(sample());
  const auto all = read_all(pieces(made.bytes));
  ASSERT_TRUE(all) << all.error().message;
  auto expected = sample();
  for (const auto* folder : {"a", "a/b", "deep"}) {
    expected.push_back({.member = {.path = folder, .kind = Kind::kFolder}});
  }
  expected.push_back({.member = {.path = "deep/" + std::string(90, 'd'), .kind = Kind::kFolder}});
  EXPECT_EQ(lines_of(*all), lines_of(expected));
  for (const auto& found : *all) EXPECT_EQ(found.member.mtime, kTime);
}

// Of each member "PATH TYPE MODE UID GID OWNER SIZE TIME TARGET", as Python reads them.
constexpr const char* kList = R"(
import sys, tarfile, hashlib, gzip
raw = gzip.open(sys.argv[1]).read()
print(hashlib.sha256(raw).hexdigest())
for m in tarfile.open(sys.argv[1], errors="surrogateescape"):
    print(ascii(m.name), m.type.decode(), "%o" % m.mode, m.uid, m.gid, m.uname + m.gname, m.size,
          int(m.mtime), ascii(m.linkname))
)";

TEST(Writer, PythonReadsIt) {
  test::TempDir dir;
  const auto made = write({a_file("a/b", "12345"), a_file("a/tool", "", Kind::kExecutable),
                           a_symlink("l", "/etc"), a_file("raw-\xff" + std::string(120, 'r'), "1"),
                           a_file("ü" + std::string(120, 'r'), "1")});
  ASSERT_TRUE(util::write_file(dir / "a.tgz", made.bytes));
  const std::string r(120, 'r');
  EXPECT_EQ(run({"python3", "-c", kList, dir / "a.tgz"}),
            made.written.tar_sha256 +
                "\n'a' 5 755 0 0  0 1700000000 ''\n"
                "'a/b' 0 644 0 0  5 1700000000 ''\n"
                "'a/tool' 0 755 0 0  0 1700000000 ''\n"
                "'l' 2 777 0 0  0 1700000000 '/etc'\n"
                "'raw-\\udcff" +
                r +
                "' 0 644 0 0  1 1700000000 ''\n"
                "'\\xfc" +
                r + "' 0 644 0 0  1 1700000000 ''\n");
}

TEST(Writer, GnuTarAndBsdtarUnpackIt) {
  test::TempDir dir;
  ASSERT_TRUE(util::write_file(dir / "a.tgz", write(sample()).bytes));
  for (const std::string program : {"tar", "bsdtar"}) {
    SCOPED_TRACE(program);
    run({"mkdir", dir / program});
    run({program, "-C", dir / program, "-xzf", dir / "a.tgz"});
    for (const auto& [member, content] : sample()) {
      const auto path = dir / program + "/" + member.path;
      if (member.size > 0) {
        EXPECT_TRUE(file(path) == content) << member.path;
      }
      if (member.kind == Kind::kSymlink) {
        EXPECT_EQ(run({"readlink", path}), member.target + "\n");
      }
    }
    EXPECT_EQ(run({"stat", "-c", "%a %Y %F", dir / program + "/empty", dir / program + "/a/b/d"}),
              "755 1700000000 directory\n755 1700000000 regular file\n");
  }
}

TEST(Writer, AFolderIsWrittenOnce) {
  const auto made = write({{.member = {.path = "a", .kind = Kind::kFolder}},
                           a_file("a-b", ""),
                           a_file("a/b/c", ""),
                           a_file("a/b/d", ""),
                           a_file("a/c", "")});
  const auto all = read_all(pieces(made.bytes));
  ASSERT_TRUE(all) << all.error().message;
  std::vector<std::string> paths;
  for (const auto& found : *all) paths.push_back(found.member.path);
  EXPECT_THAT(paths, ElementsAre("a", "a-b", "a/b", "a/b/c", "a/b/d", "a/c"));
}

TEST(Writer, TimesAndSizesThatDoNotFitGoToPax) {
  const auto made = write({a_file("f", "x")}, std::chrono::sys_seconds(std::chrono::seconds(-5)));
  const auto all = read_all(pieces(made.bytes));
  ASSERT_TRUE(all) << all.error().message;
  EXPECT_EQ(all->front().member.mtime.time_since_epoch().count(), -5);
}

TEST(Writer, AFileOverEightGibibytesIsAnnounced) {
  std::string bytes;
  auto writer = Writer::create(
                    [&](std::string_view piece) -> util::Result<void> {
                      bytes += piece;
                      return {};
                    },
                    kTime)
                    .value();
  const std::uint64_t size = (std::uint64_t{9} << 30) + 1;
  ASSERT_TRUE(writer.add({.path = "huge", .size = size}));
  std::string noise(1 << 20, '\0');  // that compression does not hold back
  std::uint32_t state = 1;
  for (auto& byte : noise) byte = static_cast<char>((state = state * 1664525 + 1013904223) >> 24U);
  ASSERT_TRUE(writer.write(noise));
  EXPECT_FALSE(writer.finish()) << "most of it is missing";
  Reader reader(pieces(bytes));
  const auto member = reader.next();
  ASSERT_TRUE(member) << member.error().message;
  EXPECT_EQ((*member)->size, size);
}

class WrongMembers : public ::testing::Test {
 protected:
  std::string error_of(const util::Result<void>& result) {
    return result ? "" : result.error().message;
  }
  Writer writer =
      Writer::create([](std::string_view) { return util::Result<void>(); }, kTime).value();
};

TEST_F(WrongMembers, OutOfOrder) {
  ASSERT_TRUE(writer.add({.path = "b"}));
  EXPECT_THAT(error_of(writer.add({.path = "a"})), HasSubstr("\"a\": it is out of order"));
  EXPECT_THAT(error_of(writer.add({.path = "b"})), HasSubstr("it is out of order"));
}

TEST_F(WrongMembers, OfOtherForms) {
  for (const auto* path : {"", "/a", "a/", "a//b", "./a", "a/..", "a/."}) {
    EXPECT_THAT(error_of(writer.add({.path = path})), HasSubstr("no path of a tree")) << path;
  }
  EXPECT_THAT(error_of(writer.add({.path = "h", .kind = Kind::kHardLink, .target = "x"})),
              HasSubstr("hard links are not written"));
  EXPECT_THAT(error_of(writer.add({.path = "l", .kind = Kind::kSymlink})),
              HasSubstr("symlinks alone have a target"));
}

TEST_F(WrongMembers, BelowAFile) {
  ASSERT_TRUE(writer.add({.path = "a"}));
  EXPECT_THAT(error_of(writer.add({.path = "a/b"})), HasSubstr("\"a\" is a file"));
}

// "a-b" and "a.txt" are between "a" and "a/b".
TEST_F(WrongMembers, BelowAFileFurtherUp) {
  ASSERT_TRUE(writer.add({.path = "a"}));
  ASSERT_TRUE(writer.add({.path = "a-b"}));
  EXPECT_THAT(error_of(writer.add({.path = "a/b"})), HasSubstr("\"a\" is a file"));
}

TEST_F(WrongMembers, ContentOfAnotherSize) {
  ASSERT_TRUE(writer.add({.path = "a", .size = 3}));
  EXPECT_THAT(error_of(writer.write("1234")), HasSubstr("longer than was said"));
  ASSERT_TRUE(writer.write("12"));
  EXPECT_THAT(error_of(writer.add({.path = "b"})), HasSubstr("\"a\": it is shorter than was said"));
}

}  // namespace
}  // namespace gitsync::archive
