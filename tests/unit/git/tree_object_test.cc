// SPDX-License-Identifier: Apache-2.0
#include "git/tree_object.h"

#include <gtest/gtest.h>

#include <cstdio>

#include "repository_fixture.h"
#include "util/text.h"

namespace gitsync::git {
namespace {

// An entry whose id is 20 times `fill`.
std::string entry(const std::string& mode, const std::string& name, char fill = 'i') {
  return mode + ' ' + name + '\0' + std::string(20, fill);
}

// "<mode> <name>;" for each entry, or the error.
std::string read(const std::string& bytes) {
  TreeReader reader(bytes);
  std::string text;
  while (true) {
    const auto next = reader.next();
    if (!next) {
      EXPECT_EQ(reader.next().value(), std::nullopt) << "nothing comes after an error";
      return next.error().cause == util::Cause::kNotUnderstood ? "not understood" : "corrupt";
    }
    if (!*next) return text;
    std::array<char, 8> mode{};
    std::snprintf(mode.data(), mode.size(), "%o", to_number((*next)->mode));
    text += std::string(mode.data()) + ' ' + std::string((*next)->name) + ';';
  }
}

TEST(TreeReader, ReadsEntriesInTheirOrder) {
  EXPECT_EQ(read(""), "");
  EXPECT_EQ(read(entry("100644", "a") + entry("100755", "a.b") + entry("40000", "a0") +
                 entry("120000", "\xff") + entry("160000", "\xff\xff")),
            "100644 a;100755 a.b;40000 a0;120000 \xff;160000 \xff\xff;");
}

TEST(TreeReader, TakesAModeOfOldRepositoriesForAPlainFile) {
  EXPECT_EQ(read(entry("100664", "a")), "100644 a;");
}

TEST(TreeReader, LeavesModesThatGitWritesNoMoreToGit) {
  for (const std::string mode : {"0", "040000", "100600", "644", "100000", "10644", "7", "20000"}) {
    EXPECT_EQ(read(entry(mode, "a")), "not understood") << mode;
  }
}

TEST(TreeReader, RefusesWhatIsNoTree) {
  const std::string good = entry("100644", "name");
  for (std::size_t size = 1; size < good.size(); ++size) {
    EXPECT_EQ(read(good.substr(0, size)), "corrupt") << size;
    EXPECT_EQ(read(good + good.substr(0, size)), "corrupt") << size;
  }
  EXPECT_EQ(read(entry("100644", "")), "corrupt");
  EXPECT_EQ(read(entry("", "a")), "corrupt");
  EXPECT_EQ(read(entry("10064x", "a")), "corrupt");
  EXPECT_EQ(read(entry("1006440", "a")), "corrupt");
  EXPECT_EQ(read(entry("-1", "a")), "corrupt");
}

TEST(TreeReader, RefusesAnotherOrderThanGits) {
  const auto file = [](const std::string& name) { return entry("100644", name); };
  const auto folder = [](const std::string& name) { return entry("40000", name); };
  EXPECT_EQ(read(file("b") + file("a")), "corrupt");
  // "a" as a folder counts as "a/", which stands between "a-" and "a0".
  EXPECT_EQ(read(file("a-") + folder("a") + file("a0")), "100644 a-;40000 a;100644 a0;");
  EXPECT_EQ(read(folder("a") + file("a-")), "corrupt");
  EXPECT_EQ(read(file("a0") + folder("a")), "corrupt");
  // A submodule counts as a file.
  EXPECT_EQ(read(entry("160000", "a") + file("a-")), "160000 a;100644 a-;");
}

TEST(TreeReader, RefusesTwoEntriesOfOneNameHoweverFarApart) {
  const auto file = [](const std::string& name) { return entry("100644", name); };
  const auto folder = [](const std::string& name) { return entry("40000", name); };
  EXPECT_EQ(read(file("a") + file("a")), "corrupt");
  EXPECT_EQ(read(folder("a") + folder("a")), "corrupt");
  EXPECT_EQ(read(file("a") + folder("a")), "corrupt");
  EXPECT_EQ(read(file("a") + file("a-") + file("a.b") + file("a.b.c") + folder("a")), "corrupt");
  EXPECT_EQ(read(file("a") + file("a-") + folder("a-") + folder("a")), "corrupt");
  EXPECT_EQ(read(file("a") + file("ab") + folder("ac")), "100644 a;100644 ab;40000 ac;");
}

class TreeReaderAndGit : public testing::Test, public RepositoryFixture {};

TEST_F(TreeReaderAndGit, AgreeOnTreesThatGitMakes) {
  const std::string blob = write("blob", "x").hex();
  const std::string tree = git("mktree", "");
  std::string lines;
  for (const std::string name : {"a", "a-", "a.b", "a0", "z", "\xc3\xa9", "\xff", "A b", "-"}) {
    lines += "100644 blob " + blob + "\t" + name + "\n";
    lines += "040000 tree " + tree + "\t" + name + "d\n";
    lines += "100755 blob " + blob + "\t" + name + "x\n";
    lines += "120000 blob " + blob + "\t" + name + "l\n";
    lines += "160000 commit " + std::string(40, '5') + "\t" + name + "s\n";
  }
  const auto made = git("mktree --missing", lines);
  const std::string bytes = sh("git -C repo cat-file tree " + made);
  std::string listed;
  for (const auto& line : util::split(sh("git -C repo ls-tree -z " + made), '\0')) {
    if (line.empty()) continue;
    const std::string mode = line.substr(line[0] == '0' ? 1 : 0, line[0] == '0' ? 5 : 6);
    listed += mode + ' ' + line.substr(line.find('\t') + 1) + ';';
  }
  EXPECT_EQ(read(bytes), listed);
}

}  // namespace
}  // namespace gitsync::git
