// SPDX-License-Identifier: Apache-2.0
// Syntax of the command line (docs/contract.md#command-line) and flag errors
// (docs/contract.md#flag-errors).
#include <gtest/gtest.h>

#include "configure_support.h"

namespace gitsync::config {
namespace {

using test::complaint;
using test::configure_with;
using test::run_with;
using test::runs;

TEST(CommandLine, PrintsVersionHelpAndManual) {
  const Outcome version = configure_with({"--version"});
  EXPECT_EQ(version.exit_status, 0);
  EXPECT_EQ(version.out, "1.2.3\n");
  EXPECT_EQ(version.err, "");
  for (const char* flag : {"--help", "-h", "-?", "--__?"}) {
    const Outcome help = configure_with({flag});
    EXPECT_EQ(help.exit_status, 0) << flag;
    EXPECT_TRUE(help.out.starts_with("Usage: git-sync [FLAGS...]\n")) << flag;
    EXPECT_EQ(help.err, "");
  }
  const Outcome manual = configure_with({"--man"});
  EXPECT_EQ(manual.exit_status, 0);
  EXPECT_NE(manual.out.find("EXIT STATUS"), std::string::npos);
}

TEST(CommandLine, AnswersVersionBeforeHelpBeforeManual) {
  EXPECT_EQ(configure_with({"--man", "--help", "--version"}).out, "1.2.3\n");
  EXPECT_TRUE(configure_with({"--man", "--help"}).out.starts_with("Usage:"));
  EXPECT_TRUE(runs(run_with({"--version=false", "-h=false"})));
}

TEST(CommandLine, ABooleanNeverTakesTheNextWord) {
  EXPECT_TRUE(run_with({"--one-time", "false"}).settings.one_time);
  EXPECT_FALSE(run_with({"--one-time=false"}).settings.one_time);
  EXPECT_FALSE(run_with({"--ssh-known-hosts=f"}).settings.ssh_known_hosts);
  EXPECT_TRUE(run_with({"--ssh-known-hosts", "false"}).settings.ssh_known_hosts);
}

TEST(CommandLine, AnyOtherFlagTakesTheNextWordWhateverItIs) {
  EXPECT_EQ(run_with({"--link", "--one-time"}).settings.link, "--one-time");
  EXPECT_FALSE(run_with({"--link", "--one-time"}).settings.one_time);
  EXPECT_EQ(run_with({"--max-failures", "-1"}).settings.max_failures, -1);
  EXPECT_EQ(run_with({"--link="}).settings.link, "repo.git");
  EXPECT_EQ(run_with({"--link=a=b,c"}).settings.link, "a=b,c");
}

TEST(CommandLine, IgnoresPositionalWordsAnywhere) {
  const Outcome outcome = configure_with(
      {"one", "--repo=/r.git", "two", "--root=/git", "-", "", "--depth", "3", "four"});
  ASSERT_TRUE(runs(outcome)) << outcome.err;
  EXPECT_EQ(outcome.settings.depth, 3);
}

TEST(CommandLine, TwoDashesEndTheFlags) {
  const Outcome outcome = run_with({"--depth=3", "--", "--depth=4", "--no-such-flag"});
  ASSERT_TRUE(runs(outcome));
  EXPECT_EQ(outcome.settings.depth, 3);
}

TEST(CommandLine, TheLastOfAScalarWins) {
  EXPECT_EQ(run_with({"--touch-file=a", "--touch-file=b"}).settings.touch_file, "b");
  EXPECT_FALSE(run_with({"--one-time", "--one-time=0"}).settings.one_time);
}

TEST(CommandLine, ReadsShortFlagsInTheirThreeForms) {
  EXPECT_EQ(run_with({"-v", "6"}).settings.verbose, 6);
  EXPECT_EQ(run_with({"-v=6"}).settings.verbose, 6);
  EXPECT_EQ(run_with({"-v6"}).settings.verbose, 6);
  EXPECT_EQ(run_with({"-v-1"}).settings.verbose, -1);
  EXPECT_TRUE(configure_with({"-hv6"}).out.starts_with("Usage:"));
}

struct BadFlag {
  test::Words words;
  std::string message;
};

TEST(CommandLine, RefusesWhatItCannotRead) {
  const std::vector<BadFlag> cases{
      {{"--no-such"}, "unknown flag: --no-such"},
      {{"--no-such=value"}, "unknown flag: --no-such"},
      {{"--Repo=x"}, "unknown flag: --Repo (did you mean --repo?)"},
      {{"--rep=x"}, "unknown flag: --rep"},
      {{"--no-one-time"}, "unknown flag: --no-one-time"},
      {{"--logtostderr"}, "unknown flag: --logtostderr"},
      {{"-root=x"}, "unknown shorthand flag: 'r' in -root (did you mean --root?)"},
      {{"-hx"}, "unknown shorthand flag: 'x' in -hx"},
      {{"--=x"}, "bad flag syntax: --=x"},
      {{"---x"}, "bad flag syntax: ---x"},
      {{"--root"}, "flag needs an argument: --root"},
      {{"-v"}, "flag needs an argument: 'v' in -v"},
      {{"-vv"}, "invalid argument \"v\" for \"-v, --verbose\" flag: invalid syntax"},
      {{"--depth=x"}, "invalid argument \"x\" for \"--depth\" flag: invalid syntax"},
      {{"--depth="}, "invalid argument \"\" for \"--depth\" flag: invalid syntax"},
      {{"--depth=1.5"}, "invalid argument \"1.5\" for \"--depth\" flag: invalid syntax"},
      {{"--depth= 1"}, "invalid argument \" 1\" for \"--depth\" flag: invalid syntax"},
      {{"--depth=99999999999999999999"},
       "invalid argument \"99999999999999999999\" for \"--depth\" flag: value out of range"},
      {{"--one-time=yes"}, "invalid argument \"yes\" for \"--one-time\" flag: invalid syntax"},
      {{"--one-time="}, "invalid argument \"\" for \"--one-time\" flag: invalid syntax"},
      {{"--period=5"}, "invalid argument \"5\" for \"--period\" flag: missing unit in duration"},
      {{"--period=5d"},
       "invalid argument \"5d\" for \"--period\" flag: unknown unit \"d\" in duration"},
      {{"--period="}, "invalid argument \"\" for \"--period\" flag: invalid duration"},
      {{"--wait=1s"}, "invalid argument \"1s\" for \"--wait\" flag: invalid syntax"},
      {{"--depth=a\nb"}, "invalid argument \"a\\nb\" for \"--depth\" flag: invalid syntax"},
  };
  for (const BadFlag& bad : cases) {
    const Outcome outcome = configure_with(bad.words);
    ASSERT_FALSE(runs(outcome)) << bad.message;
    EXPECT_EQ(outcome.exit_status, 2) << bad.message;
    EXPECT_TRUE(complaint(outcome).starts_with(bad.message)) << complaint(outcome);
    EXPECT_EQ(outcome.out, complaint(outcome) + "\n");
    EXPECT_TRUE(outcome.err.starts_with(outcome.out + "Usage: git-sync [FLAGS...]\n"));
    EXPECT_EQ(outcome.error_file_path, "");
  }
}

TEST(CommandLine, AFlagErrorIsNotPutIntoTheErrorFile) {
  const Outcome outcome = run_with({"--error-file=e", "--no-such"});
  EXPECT_EQ(outcome.exit_status, 2);
  EXPECT_EQ(outcome.error_file_path, "");
}

TEST(CommandLine, AFlagErrorComesBeforeHelp) {
  EXPECT_EQ(configure_with({"--help", "--no-such"}).exit_status, 2);
}

}  // namespace
}  // namespace gitsync::config
