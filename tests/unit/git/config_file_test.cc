// SPDX-License-Identifier: Apache-2.0
#include "git/config_file.h"

#include <gtest/gtest.h>

#include <array>
#include <random>

#include "support/git_fixture.h"
#include "util/files.h"
#include "util/text.h"

namespace gitsync::git {
namespace {

using Entries = std::vector<ConfigEntry>;

TEST(ConfigFile, ReadsSectionsSubsectionsAndValues) {
  const auto entries = parse_config_file(
      "\xEF\xBB\xBF# comment\n[Core] FileMode = true ; why\n\tbare\n"
      "[remote \"Ori\\\"gin\"]\r\n url = \"a # b\" c\\\n d  \r\n[old.Style]x=\n");
  ASSERT_TRUE(entries) << entries.error().message;
  EXPECT_EQ(*entries, (Entries{{"core.filemode", "true"},
                               {"core.bare", std::nullopt},
                               {"remote.Ori\"gin.url", "a # b c d"},
                               {"old.style.x", ""}}));
}

TEST(ConfigFile, NamesTheLineOfWhatItRefuses) {
  for (const std::string text :
       {"[a]\n1b = c", "[a]\nb c = d", "[a]\nb = \"c\n", "[a]\nb = \\q", "[a]\n[b\nc = d",
        "[a]\n[b \"c]\n", "[a]\nb = c\\x", "[a]\n= b", "[a]\n[]\n", "[a]\n[a b]\n"}) {
    const auto entries = parse_config_file(text);
    ASSERT_FALSE(entries) << text;
    EXPECT_EQ(entries.error().kind, util::ErrorKind::kInvalid);
    EXPECT_TRUE(entries.error().message.starts_with("line 2: ")) << entries.error().message;
  }
  EXPECT_FALSE(parse_config_file("a = b\n")) << "no section yet";
  EXPECT_FALSE(parse_config_file(std::string("[a]\nb = c\0d", 11)));
}

TEST(ConfigKey, IsSplitAtItsFirstAndItsLastDot) {
  const auto key = split_config_key("url.https://h.example/.insteadof");
  EXPECT_EQ(key.section, "url");
  EXPECT_EQ(key.subsection, "https://h.example/");
  EXPECT_EQ(key.name, "insteadof");
  EXPECT_EQ(split_config_key("a.b").subsection, "");
}

// As `git config --list -z` prints it: key LF value NUL, or key NUL.
std::string as_listed(const Entries& entries) {
  std::string text;
  for (const auto& [key, value] : entries) text += key + (value ? "\n" + *value : "") + '\0';
  return text;
}

class ConfigFileAndGit : public testing::Test {
 protected:
  // Nothing if git refuses the file.
  std::optional<std::string> git_reads(const std::string& text) {
    const std::string path = fixture.dir / "config";
    EXPECT_TRUE(util::write_file(path, text));
    const auto answer = fixture.cli.ask({"config", "--no-includes", "--list", "-z", "-f", path},
                                        "/", fixture.limit());
    if (!answer->ok()) return std::nullopt;
    return answer->out;
  }

  test::GitFixture fixture;
};

TEST_F(ConfigFileAndGit, ReadTheSameWhateverStandsInTheFile) {
  // No NUL, which only we refuse, and no tab or CR within a value, which some versions of git turn
  // into a blank.
  constexpr std::array<std::string_view, 22> kPieces{
      "[a]",  "[a \"b\"]", "[A.b]", "[a \"", "\"]",  "]",  "k = v", "k",    "=",    " ", "\n",
      "\\\n", "\"",        "\\n",   "\\\"",  "\\\\", "#c", ";c",    "\r\n", "K-1=", ".", "v w"};
  std::mt19937 random(20240101);
  std::uniform_int_distribution<std::size_t> piece(0, kPieces.size() - 1);
  int accepted = 0;
  for (int round = 0; round < 400; ++round) {
    // Most random texts are refused at once; half of them get a good beginning.
    std::string text = round % 2 == 0 ? "[s]\n" : "[s \"t\"]\n\tkey = ";
    for (int i = 0; i < 2 + round % 7; ++i) text += kPieces[piece(random)];
    const auto ours = parse_config_file(text);
    const auto theirs = git_reads(text);
    ASSERT_EQ(ours.has_value(), theirs.has_value()) << text;
    if (!ours) continue;
    ++accepted;
    ASSERT_EQ(as_listed(*ours), *theirs) << text;
  }
  EXPECT_GT(accepted, 50);
}

TEST_F(ConfigFileAndGit, ReadTheSameInWhatGitWrites) {
  const std::string value = " a\n\"c\" \\d ;e #f\b ";
  const std::string path = fixture.dir / "written";
  fixture.git("", {"config", "-f", path, "sect.Sub \"x\"\\y.Name", value});
  fixture.git("", {"config", "-f", path, "--add", "sect.name", ""});
  const auto entries = parse_config_file(util::read_file(path).value());
  ASSERT_TRUE(entries);
  EXPECT_EQ(*entries, (Entries{{"sect.Sub \"x\"\\y.name", value}, {"sect.name", ""}}));
}

}  // namespace
}  // namespace gitsync::git
