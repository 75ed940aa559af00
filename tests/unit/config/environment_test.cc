// SPDX-License-Identifier: Apache-2.0
// Variables, and what wins over what (docs/contract.md#environment and #precedence).
#include <gtest/gtest.h>

#include <algorithm>

#include "configure_support.h"

namespace gitsync::config {
namespace {

using test::configure_with;
using test::has_notice;
using test::run_with;
using test::runs;

TEST(Environment, AFlagWinsOverItsVariable) {
  EXPECT_EQ(run_with({}, {{"GITSYNC_DEPTH", "5"}}).settings.depth, 5);
  EXPECT_EQ(run_with({"--depth=6"}, {{"GITSYNC_DEPTH", "5"}}).settings.depth, 6);
  EXPECT_EQ(run_with({"--depth=6"}, {{"GIT_SYNC_DEPTH", "5"}}).settings.depth, 6);
}

TEST(Environment, AnOldNameWinsAndBothAreMentioned) {
  const Outcome outcome = run_with({}, {{"GITSYNC_DEPTH", "5"}, {"GIT_SYNC_DEPTH", "6"}});
  EXPECT_EQ(outcome.settings.depth, 6);
  EXPECT_EQ(outcome.err,
            "env $GIT_SYNC_DEPTH has been deprecated, use $GITSYNC_DEPTH instead\n"
            "env $GITSYNC_DEPTH was overridden by $GIT_SYNC_DEPTH\n");
}

TEST(Environment, ANewNameAloneIsSilent) {
  EXPECT_EQ(run_with({}, {{"GITSYNC_DEPTH", "5"}}).err, "");
}

TEST(Environment, OfSeveralOldNamesTheLastOfTheTableWins) {
  const Outcome outcome = run_with({}, {{"GIT_SSH_KEY_FILE", "/c"},
                                        {"GIT_SYNC_SSH_KEY_FILE", "/b"},
                                        {"GITSYNC_SSH_KEY_FILE", "/a"}});
  EXPECT_EQ(outcome.settings.ssh_key_files, (std::vector<std::string>{"/c"}));
  EXPECT_EQ(outcome.err,
            "env $GIT_SYNC_SSH_KEY_FILE has been deprecated, use $GITSYNC_SSH_KEY_FILE instead\n"
            "env $GIT_SSH_KEY_FILE has been deprecated, use $GITSYNC_SSH_KEY_FILE instead\n"
            "env $GITSYNC_SSH_KEY_FILE was overridden by $GIT_SSH_KEY_FILE\n");
}

TEST(Environment, DeprecationLinesComeWithVersionToo) {
  const Outcome outcome = configure_with({"--version"}, {{"GIT_SYNC_DEPTH", "1"}});
  EXPECT_EQ(outcome.out, "1.2.3\n");
  EXPECT_EQ(outcome.err, "env $GIT_SYNC_DEPTH has been deprecated, use $GITSYNC_DEPTH instead\n");
}

TEST(Environment, AnEmptyTextVariableIsPresent) {
  EXPECT_EQ(run_with({}, {{"GITSYNC_GIT", ""}}).settings.git, "");
  EXPECT_EQ(run_with({}, {{"GITSYNC_REF", ""}}).exit_status, 1);
  // The empty old name still wins.
  EXPECT_EQ(run_with({}, {{"GITSYNC_GIT", "/g"}, {"GIT_SYNC_GIT", ""}}).settings.git, "");
  EXPECT_TRUE(run_with({}, {{"GITSYNC_SSH_KEY_FILE", ""}}).settings.ssh_key_files.empty());
}

struct BadVariable {
  std::string name;
  std::string value;
  std::string line;
};

TEST(Environment, AMalformedVariableIsFatalBeforeAnythingElse) {
  const std::vector<BadVariable> cases{
      {"GITSYNC_DEPTH", "x", "FATAL: invalid int env GITSYNC_DEPTH=\"x\": invalid syntax"},
      {"GITSYNC_DEPTH", "", "FATAL: invalid int env GITSYNC_DEPTH=\"\": invalid syntax"},
      {"GIT_SYNC_DEPTH", "x", "FATAL: invalid int env GITSYNC_DEPTH=\"x\": invalid syntax"},
      {"GITSYNC_ONE_TIME", "yes", "FATAL: invalid bool env GITSYNC_ONE_TIME=\"yes\": "},
      {"GITSYNC_ONE_TIME", "", "FATAL: invalid bool env GITSYNC_ONE_TIME=\"\": "},
      {"GITSYNC_PERIOD", "10", "FATAL: invalid duration env GITSYNC_PERIOD=\"10\": missing unit"},
      {"GITSYNC_PERIOD", "", "FATAL: invalid duration env GITSYNC_PERIOD=\"\": invalid duration"},
      {"GITSYNC_PERIOD", "1\n", "FATAL: invalid duration env GITSYNC_PERIOD=\"1\\n\": "},
      {"GIT_SYNC_WAIT", "10s", "FATAL: invalid float env GIT_SYNC_WAIT=\"10s\": "},
      {"GIT_SYNC_WAIT", "", "FATAL: invalid float env GIT_SYNC_WAIT=\"\": "},
      {"GIT_SYNC_TIMEOUT", "1.5", "FATAL: invalid int env GIT_SYNC_TIMEOUT=\"1.5\": "},
  };
  for (const BadVariable& bad : cases) {
    for (const char* flag : {"--version", "--help", "--man", "--no-such-flag"}) {
      const Outcome outcome = configure_with({flag}, {{bad.name, bad.value}});
      ASSERT_FALSE(runs(outcome)) << bad.line;
      EXPECT_EQ(outcome.exit_status, 1) << bad.line;
      EXPECT_EQ(outcome.out, "") << bad.line;
      EXPECT_NE(outcome.err.find(bad.line), std::string::npos) << outcome.err;
      EXPECT_EQ(outcome.err.find("Usage"), std::string::npos);
      EXPECT_EQ(std::ranges::count(outcome.err, '\n'), bad.name == "GIT_SYNC_DEPTH" ? 2 : 1);
    }
  }
}

TEST(Environment, OnlyTheWinnerIsParsed) {
  EXPECT_EQ(run_with({}, {{"GITSYNC_DEPTH", "bad"}, {"GIT_SYNC_DEPTH", "7"}}).settings.depth, 7);
  EXPECT_EQ(run_with({}, {{"GITSYNC_DEPTH", "7"}, {"GIT_SYNC_DEPTH", "bad"}}).exit_status, 1);
}

TEST(Environment, AMisspelledVariableIsIgnored) {
  const Outcome outcome =
      run_with({}, {{"GITSYNC_DEPHT", "x"}, {"GITSYNC_SSH", "true"}, {"GIT_SYNC_SSH", "true"}});
  EXPECT_TRUE(runs(outcome));
  EXPECT_EQ(outcome.err, "");
}

TEST(Environment, ListsAreSplitAtColonsInVariablesOnly) {
  using Files = std::vector<std::string>;
  EXPECT_EQ(run_with({}, {{"GITSYNC_SSH_KEY_FILE", "/a:/b"}}).settings.ssh_key_files,
            (Files{"/a", "/b"}));
  EXPECT_EQ(run_with({"--ssh-key-file=/a:/b"}).settings.ssh_key_files, (Files{"/a:/b"}));
}

TEST(Environment, TheFirstKeyFileFlagReplacesTheVariableAndLaterOnesAppend) {
  const Outcome outcome = run_with({"--ssh-key-file=/c", "--ssh-key-file", "/d,/e"},
                                   {{"GITSYNC_SSH_KEY_FILE", "/a:/b"}});
  EXPECT_EQ(outcome.settings.ssh_key_files, (std::vector<std::string>{"/c", "/d,/e"}));
}

TEST(Environment, CredentialFlagsAreAddedToTheVariable) {
  const Outcome outcome =
      run_with({R"(--credential={"url":"b","username":"u","password":"p"})",
                R"(--credential=[{"url":"c","username":"u","password-file":"f"}])"},
               {{"GITSYNC_CREDENTIAL", R"({"url":"a","username":"u","password":"p"})"}});
  ASSERT_TRUE(runs(outcome)) << outcome.err;
  ASSERT_EQ(outcome.settings.credentials.size(), 3U);
  EXPECT_EQ(outcome.settings.credentials[0].url, "a");
  EXPECT_EQ(outcome.settings.credentials[1].url, "b");
  EXPECT_EQ(outcome.settings.credentials[2].password_file, "f");
}

TEST(Environment, AMalformedCredentialVariableIsIgnoredWithANotice) {
  for (const char* text : {"{", "hunter2", R"({"url":"a","hunter":"2"})"}) {
    const Outcome outcome = run_with({}, {{"GITSYNC_CREDENTIAL", text}});
    ASSERT_TRUE(runs(outcome)) << text;
    EXPECT_TRUE(outcome.settings.credentials.empty());
    EXPECT_TRUE(has_notice(outcome, "ignoring malformed $GITSYNC_CREDENTIAL"));
    EXPECT_EQ(outcome.settings.dropped_settings, test::Words{"$GITSYNC_CREDENTIAL"});
  }
  EXPECT_TRUE(run_with({}, {{"GITSYNC_CREDENTIAL", "[]"}}).settings.dropped_settings.empty());
}

TEST(Environment, VariablesShowAsDefaultsInHelp) {
  const std::string help =
      configure_with({"--help"}, {{"GITSYNC_PERIOD", "100s"}, {"GIT_SYNC_REPO", "/r"}}).out;
  EXPECT_NE(help.find("(default 1m40s)"), std::string::npos);
  EXPECT_NE(help.find("(default \"/r\")"), std::string::npos);
  // A flag is no default.
  EXPECT_EQ(configure_with({"--help", "--period=100s"}).out.find("1m40s"), std::string::npos);
}

TEST(Environment, HiddenFlagsReplaceEnvironmentOnlyVariablesUnlessEmpty) {
  const test::Variables variables{{"GITSYNC_PASSWORD", "from-variable"}};
  EXPECT_EQ(run_with({"--username=u"}, variables).settings.password, "from-variable");
  EXPECT_EQ(run_with({"--username=u", "--__env__GITSYNC_PASSWORD=x"}, variables).settings.password,
            "x");
  EXPECT_EQ(run_with({"--username=u", "--__env__GITSYNC_PASSWORD="}, variables).settings.password,
            "from-variable");
  EXPECT_EQ(run_with({"--__env__GITSYNC_GITHUB_APP_PRIVATE_KEY=k"}).settings.github_app_private_key,
            "k");
}

TEST(Environment, ThePasswordKnowsTheNameThatItCameFrom) {
  const test::Variables both{{"GITSYNC_PASSWORD", "new"}, {"GIT_SYNC_PASSWORD", "old"}};
  EXPECT_EQ(run_with({"--username=u"}, both).settings.password_origin, "$GIT_SYNC_PASSWORD");
  EXPECT_EQ(run_with({"--username=u", "--password=x"}, both).settings.password_origin,
            "--password");
}

TEST(Environment, InitMaxFailuresIsSetOnlyIfGiven) {
  EXPECT_FALSE(run_with({}).settings.init_max_failures.has_value());
  EXPECT_EQ(run_with({"--init-max-failures=0"}).settings.init_max_failures, 0);
  EXPECT_EQ(run_with({}, {{"GITSYNC_INIT_MAX_FAILURES", "0"}}).settings.init_max_failures, 0);
}

}  // namespace
}  // namespace gitsync::config
