// SPDX-License-Identifier: Apache-2.0
// --help, --man and the flags of the start-up record.
#include "config/usage.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "configure_support.h"
#include "util/text.h"

namespace gitsync::config {
namespace {

using test::configure_with;
using test::run_with;
using test::runs;
using test::Words;

std::string help() { return configure_with({"--help"}).out; }

// The first words of the lines of a block.
Words names_in(const std::string& text, const std::string& heading) {
  const std::size_t begin = text.find(heading + "\n") + heading.size() + 1;
  const std::string block = text.substr(begin, text.find("\n\n", begin) - begin);
  Words names;
  for (const std::string& line : util::split(block, '\n')) {
    const std::size_t dashes = line.find("--") < 8 ? line.find("--") : std::string::npos;
    const std::string_view rest =
        util::trim(dashes == std::string::npos ? std::string_view(line)
                                               : std::string_view(line).substr(dashes));
    names.emplace_back(rest.substr(0, rest.find_first_of(" [")));
  }
  return names;
}

TEST(Help, ListsEveryPublicFlagSortedByName) {
  const Words names = names_in(help(), "FLAGS:");
  EXPECT_TRUE(std::ranges::is_sorted(names));
  Words expected;
  for (const Row& row : table()) {
    if (row.use == Use::kPublic || row.use == Use::kSwitch) expected.push_back(display_name(row));
  }
  std::ranges::sort(expected);
  EXPECT_EQ(names, expected);
}

TEST(Help, ListsTheEnvironmentOnlyVariablesSortedByName) {
  EXPECT_EQ(names_in(help(), "ENVIRONMENT VARIABLES:"),
            (Words{"GITSYNC_GITHUB_APP_PRIVATE_KEY", "GITSYNC_PASSWORD"}));
}

TEST(Help, NeverNamesHiddenAndDeprecatedFlags) {
  const std::string text = help();
  for (const Row& row : table()) {
    if (row.use != Use::kDeprecated && row.use != Use::kAlias && row.use != Use::kEnvironmentOnly) {
      continue;
    }
    EXPECT_EQ(text.find("--" + std::string(row.flag) + " "), std::string::npos) << row.flag;
    EXPECT_EQ(text.find("--" + std::string(row.flag) + "["), std::string::npos) << row.flag;
  }
}

TEST(Help, ShowsTypesAndDefaults) {
  const std::string text = help();
  for (const char* part :
       {"  -h, --help  ", "  -v, --verbose int  ", "--period duration  ", "(default 10s)",
        "(default 2m0s)", "(default \"HEAD\")", "(default 1)", "(default [/etc/git-secret/ssh])",
        "(default true)", "--credential credentialSlice  ", "--ssh-key-file stringArray  "}) {
    EXPECT_NE(text.find(part), std::string::npos) << part;
  }
}

TEST(Help, BeginsWithTheLastPartOfTheProgramsName) {
  util::Environment none;
  const char* const args[] = {"--help"};
  const auto first_line = [&](std::string_view program) {
    const Outcome outcome = configure(
        {.args = args, .environment = none, .cwd = "/", .program = program, .version = ""});
    return outcome.out.substr(0, outcome.out.find('\n'));
  };
  EXPECT_EQ(first_line("/a/b/git-sync"), "Usage: git-sync [FLAGS...]");
  EXPECT_EQ(first_line("other"), "Usage: other [FLAGS...]");
  EXPECT_EQ(first_line(""), "Usage:  [FLAGS...]");
}

TEST(Manual, DescribesEveryPublicSettingAndVariable) {
  const std::string text = configure_with({"--man"}).out;
  for (const Row& row : table()) {
    if (row.use == Use::kAlias) continue;
    const std::string name =
        row.use == Use::kEnvironmentOnly ? display_name(row) : "--" + std::string(row.flag);
    EXPECT_NE(text.find(name), std::string::npos) << name;
    for (const std::string_view variable : {row.env, row.old_envs[0], row.old_envs[1]}) {
      if (row.use == Use::kEnvironmentOnly || variable.empty()) continue;
      EXPECT_NE(text.find("$" + std::string(variable)), std::string::npos) << variable;
    }
  }
  for (const char* heading : {"\nDESCRIPTION\n", "\nHOOKS\n", "\nAUTHENTICATION\n",
                              "\nEXIT STATUS\n", "\nEXAMPLES\n", "\nTROUBLESHOOTING\n"}) {
    EXPECT_NE(text.find(heading), std::string::npos) << heading;
  }
}

TEST(Manual, FitsA100ColumnTerminal) {
  for (const std::string& line : util::split(configure_with({"--man"}).out, '\n')) {
    EXPECT_LE(line.size(), 100U) << line;
  }
}

TEST(LoggedFlags, AreThoseGivenSortedByName) {
  const Outcome outcome = configure_with(
      {"--root=r", "--repo", "/srv/x", "--one-time", "--depth=010", "--period=100s", "--link="},
      {{"GITSYNC_GIT", "/usr/bin/git"}});
  ASSERT_TRUE(runs(outcome));
  EXPECT_EQ(outcome.logged_flags, (Words{"--depth=8", "--link=", "--one-time=true",
                                         "--period=1m40s", "--repo=/srv/x", "--root=r"}));
}

TEST(LoggedFlags, GrowWithVerbosity) {
  const auto lists = [](const Outcome& outcome, const std::string& line) {
    return std::ranges::count(outcome.logged_flags, line) == 1;
  };
  EXPECT_FALSE(lists(run_with({"-v3"}), "--git=git"));
  EXPECT_TRUE(lists(run_with({"-v4"}), "--git=git"));
  EXPECT_TRUE(lists(run_with({"-v4"}), "--one-time=false"));
  EXPECT_FALSE(lists(run_with({"-v5"}), "--filter="));
  EXPECT_TRUE(lists(run_with({"-v6"}), "--filter="));
  EXPECT_TRUE(lists(run_with({}, {{"GITSYNC_VERBOSE", "6"}}), "--filter="));
  EXPECT_TRUE(std::ranges::is_sorted(
      run_with({"-v6"}).logged_flags, {},
      [](const std::string& flag) { return flag.substr(0, flag.find('=')); }));
  for (const std::string& flag : run_with({"-v6"}).logged_flags) {
    EXPECT_EQ(flag.find("__"), std::string::npos) << flag;
  }
}

TEST(Configure, AnyBytesLeadToADecision) {
  std::mt19937 random(3);
  const Words pieces{"--",
                     "-",
                     "=",
                     "v",
                     "h",
                     "depth",
                     "wait",
                     "period",
                     "credential",
                     "git-config",
                     "repo",
                     "root",
                     "1",
                     "-1",
                     "0x",
                     "s",
                     "9223372036854775807",
                     "{",
                     "}",
                     "\"",
                     ":",
                     ",",
                     "\\",
                     "\n",
                     "\xff",
                     "://",
                     "@",
                     "%",
                     " ",
                     "["};
  int decided = 0;
  for (int i = 0; i < 2000; ++i) {
    Words words;
    for (std::size_t n = random() % 5; n > 0; --n) {
      std::string word;
      for (std::size_t m = random() % 6; m > 0; --m) word += pieces[random() % pieces.size()];
      words.push_back(word);
    }
    const Outcome outcome = run_with(words);
    const bool legal = runs(outcome) || (outcome.exit_status >= 0 && outcome.exit_status <= 2 &&
                                         (outcome.exit_status == 0 || !outcome.err.empty()));
    EXPECT_TRUE(legal);
    if (legal) ++decided;
  }
  EXPECT_EQ(decided, 2000);
}

}  // namespace
}  // namespace gitsync::config
