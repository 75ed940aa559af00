// SPDX-License-Identifier: Apache-2.0
// Every deprecated flag and its effect (docs/contract.md#deprecated-flags), and what charts made of
// them (docs/charts.md).
#include <gtest/gtest.h>

#include "configure_support.h"

namespace gitsync::config {
namespace {

using namespace std::chrono_literals;
using test::complaint;
using test::has_notice;
using test::run_with;
using test::runs;

constexpr const char* kIgnored = "ignoring deprecated --branch, because --rev names a revision";

TEST(Deprecated, EachUseOfAFlagPrintsALine) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"--branch=b", "Flag --branch has been deprecated, use --ref instead\n"},
      {"--rev=r", "Flag --rev has been deprecated, use --ref instead\n"},
      {"--dest=d", "Flag --dest has been deprecated, use --link instead\n"},
      {"--wait=1", "Flag --wait has been deprecated, use --period instead\n"},
      {"--timeout=1", "Flag --timeout has been deprecated, use --sync-timeout instead\n"},
      {"--max-sync-failures=1",
       "Flag --max-sync-failures has been deprecated, use --max-failures instead\n"},
      {"--sync-hook-command=c",
       "Flag --sync-hook-command has been deprecated, use --exechook-command instead\n"},
      {"--password=",
       "Flag --password has been deprecated, use --password-file or $GITSYNC_PASSWORD instead\n"},
      {"--v=1", "Flag --v has been deprecated, use -v or --verbose instead\n"},
      {"--ssh", "Flag --ssh has been deprecated, it is no longer needed\n"},
      {"--change-permissions=0",
       "Flag --change-permissions has been deprecated, use --group-write instead\n"},
  };
  for (const auto& [flag, line] : cases) {
    const Outcome outcome = run_with({flag});
    EXPECT_TRUE(runs(outcome)) << flag << complaint(outcome);
    EXPECT_EQ(outcome.err, line);
    // Hidden from the log, at every verbosity.
    for (const std::string& logged : run_with({flag, "-v6"}).logged_flags) {
      EXPECT_FALSE(logged.starts_with(flag.substr(0, flag.find('=')) + "=")) << logged;
    }
  }
}

TEST(Deprecated, TheirVariablesPrintNoLine) {
  const Outcome outcome = run_with({}, {{"GIT_SYNC_BRANCH", "main"},
                                        {"GIT_SYNC_DEST", "d"},
                                        {"GIT_SYNC_WAIT", "60"},
                                        {"GIT_SYNC_TIMEOUT", "100"},
                                        {"GIT_SYNC_MAX_SYNC_FAILURES", "3"},
                                        {"GIT_SYNC_HOOK_COMMAND", "/hook"},
                                        {"GIT_SYNC_PERMISSIONS", "0"}});
  ASSERT_TRUE(runs(outcome)) << complaint(outcome);
  EXPECT_EQ(outcome.err, "");
  EXPECT_EQ(outcome.settings.ref, "main");
  EXPECT_EQ(outcome.settings.link, "d");
  EXPECT_EQ(outcome.settings.period, 60s);
  EXPECT_EQ(outcome.settings.sync_timeout, 100s);
  EXPECT_EQ(outcome.settings.max_failures, 3);
  EXPECT_EQ(outcome.settings.exechook_command, "/hook");
  for (const char* message :
       {"setting --ref from deprecated --branch", "setting --link from deprecated --dest",
        "setting --period from deprecated --wait",
        "setting --sync-timeout from deprecated --timeout",
        "setting --max-failures from deprecated --max-sync-failures",
        "setting --exechook-command from deprecated --sync-hook-command"}) {
    EXPECT_TRUE(has_notice(outcome, message)) << message;
  }
}

TEST(Deprecated, TheyWinOverAnExplicitReplacement) {
  EXPECT_EQ(run_with({"--ref=r", "--branch=b"}).settings.ref, "b");
  EXPECT_EQ(run_with({"--link=l", "--dest=d"}).settings.link, "d");
  EXPECT_EQ(run_with({"--period=9s"}, {{"GIT_SYNC_WAIT", "1.5"}}).settings.period, 1500ms);
  EXPECT_EQ(run_with({"--sync-timeout=9s", "--timeout=5"}).settings.sync_timeout, 5s);
  EXPECT_EQ(run_with({"--max-failures=9", "--max-sync-failures=-1"}).settings.max_failures, -1);
  EXPECT_EQ(run_with({"--exechook-command=a", "--sync-hook-command=b"}).settings.exechook_command,
            "b");
  EXPECT_EQ(
      run_with({"--username=u", "--password=b"}, {{"GITSYNC_PASSWORD", "a"}}).settings.password,
      "b");
  EXPECT_EQ(run_with({"--verbose=1", "--v=6"}).settings.verbose, 6);
  EXPECT_EQ(run_with({"--verbose=1", "--v", "0"}).settings.verbose, 0);
}

TEST(Deprecated, ZeroAndEmptyMeanNotSet) {
  const Outcome outcome =
      run_with({"--ref=r", "--branch=", "--rev=", "--dest=", "--link=l", "--wait=0", "--timeout=0",
                "--max-sync-failures=0", "--max-failures=4", "--sync-hook-command=", "--v=-1",
                "--verbose=2", "--exechook-command=e"});
  ASSERT_TRUE(runs(outcome)) << complaint(outcome);
  EXPECT_EQ(outcome.settings.ref, "r");
  EXPECT_EQ(outcome.settings.link, "l");
  EXPECT_EQ(outcome.settings.period, 10s);
  EXPECT_EQ(outcome.settings.sync_timeout, 120s);
  EXPECT_EQ(outcome.settings.max_failures, 4);
  EXPECT_EQ(outcome.settings.exechook_command, "e");
  EXPECT_EQ(outcome.settings.verbose, 2);
  EXPECT_TRUE(outcome.notices.empty());
}

TEST(Deprecated, VerbosityOfTheOldFlagChoosesTheLoggedFlags) {
  EXPECT_EQ(run_with({"--v=6"}).logged_flags.size(), run_with({"-v6"}).logged_flags.size());
  EXPECT_FALSE(has_notice(run_with({"--v=6"}), "setting --verbose from deprecated --v"));
}

TEST(Deprecated, WaitIsTruncatedToMilliseconds) {
  EXPECT_EQ(run_with({"--wait=0.0129"}).settings.period, 12ms);
  EXPECT_EQ(complaint(run_with({"--wait=0.001"})),
            "invalid flag: --period must be at least 10ms, not 1ms");
  EXPECT_EQ(complaint(run_with({"--wait=-1"})),
            "invalid flag: --period must be at least 10ms, not -1s");
}

TEST(Deprecated, SecondsBeyondAnyDurationAreRefused) {
  EXPECT_EQ(complaint(run_with({"--wait=1e300"})), "invalid flag: --wait is too large");
  EXPECT_EQ(complaint(run_with({"--wait=-9223372036.9e3"})), "invalid flag: --wait is too large");
  EXPECT_EQ(complaint(run_with({"--timeout=9223372037"})), "invalid flag: --timeout is too large");
  EXPECT_EQ(run_with({"--timeout=9223372036"}).settings.sync_timeout, 9223372036s);
}

TEST(Deprecated, ChangePermissionsIsRefusedUnlessZero) {
  EXPECT_EQ(complaint(run_with({"--change-permissions=0770"})),
            "invalid flag: --change-permissions is no longer supported, use --group-write instead");
  EXPECT_EQ(run_with({}, {{"GIT_SYNC_PERMISSIONS", "1"}}).exit_status, 1);
}

// branch, rev, resulting ref, whether the branch is said to be ignored
struct BranchAndRev {
  const char* branch;
  const char* rev;
  const char* ref;
  bool ignored;
};

TEST(Deprecated, BranchAndRevMeanWhatChartsMean) {
  for (const BranchAndRev& c : {BranchAndRev{"", "", "HEAD", false},
                                {"main", "", "main", false},
                                {"main", "HEAD", "main", false},
                                {"", "v1", "v1", false},
                                {"", "HEAD", "HEAD", false},
                                {"main", "v1", "v1", true},
                                {"main", "main", "main", false}}) {
    const Outcome by_variable =
        run_with({}, {{"GIT_SYNC_BRANCH", c.branch}, {"GIT_SYNC_REV", c.rev}});
    const Outcome by_flag =
        run_with({std::string("--branch=") + c.branch, std::string("--rev=") + c.rev});
    for (const Outcome* outcome : {&by_variable, &by_flag}) {
      ASSERT_TRUE(runs(*outcome)) << c.branch << " " << c.rev;
      EXPECT_EQ(outcome->settings.ref, c.ref) << c.branch << " " << c.rev;
      EXPECT_EQ(has_notice(*outcome, kIgnored), c.ignored) << c.branch << " " << c.rev;
    }
  }
}

TEST(Deprecated, TheOfficialAirflowChartsVariablesWork) {
  const Outcome outcome =
      test::configure_with({}, {{"GIT_SSH_KEY_FILE", "/etc/git-secret/ssh"},
                                {"GITSYNC_SSH_KEY_FILE", "/etc/git-secret/ssh"},
                                {"GIT_SYNC_SSH", "true"},
                                {"GITSYNC_SSH", "true"},
                                {"GIT_KNOWN_HOSTS", "false"},
                                {"GITSYNC_SSH_KNOWN_HOSTS", "false"},
                                {"GIT_SYNC_REV", "HEAD"},
                                {"GITSYNC_REF", "v2-2-stable"},
                                {"GIT_SYNC_BRANCH", "main"},
                                {"GIT_SYNC_REPO", "git@host.example:org/repo.git"},
                                {"GITSYNC_REPO", "git@host.example:org/repo.git"},
                                {"GIT_SYNC_DEPTH", "1"},
                                {"GITSYNC_DEPTH", "1"},
                                {"GIT_SYNC_ROOT", "/git"},
                                {"GITSYNC_ROOT", "/git"},
                                {"GIT_SYNC_DEST", "repo"},
                                {"GITSYNC_LINK", "repo"},
                                {"GIT_SYNC_ADD_USER", "true"},
                                {"GITSYNC_ADD_USER", "true"},
                                {"GITSYNC_PERIOD", "5s"},
                                {"GIT_SYNC_MAX_SYNC_FAILURES", "0"},
                                {"GITSYNC_MAX_FAILURES", "0"},
                                {"GIT_SYNC_ONE_TIME", "true"},
                                {"GITSYNC_ONE_TIME", "true"}});
  ASSERT_TRUE(runs(outcome)) << complaint(outcome);
  EXPECT_EQ(outcome.settings.ref, "main");
  EXPECT_EQ(outcome.settings.repo, "git@host.example:org/repo.git");
  EXPECT_EQ(outcome.settings.link, "repo");
  EXPECT_EQ(outcome.settings.period, 5s);
  EXPECT_FALSE(outcome.settings.ssh_known_hosts);
  EXPECT_TRUE(outcome.settings.one_time);
  EXPECT_TRUE(outcome.settings.add_user);
}

TEST(Deprecated, TheCommunityChartsVariablesWork) {
  const Outcome outcome =
      test::configure_with({}, {{"GIT_SYNC_ROOT", "/dags"},
                                {"GIT_SYNC_DEST", "repo"},
                                {"GIT_SYNC_REPO", "https://host.example/org/repo.git"},
                                {"GIT_SYNC_BRANCH", "main"},
                                {"GIT_SYNC_REV", "0123456789012345678901234567890123456789"},
                                {"GIT_SYNC_DEPTH", "1"},
                                {"GIT_SYNC_WAIT", "60"},
                                {"GIT_SYNC_TIMEOUT", "120"},
                                {"GIT_SYNC_ADD_USER", "true"},
                                {"GIT_SYNC_MAX_SYNC_FAILURES", "0"},
                                {"GIT_SYNC_SUBMODULES", "recursive"},
                                {"GIT_SYNC_USERNAME", "me"},
                                {"GIT_SYNC_PASSWORD", "token"}});
  ASSERT_TRUE(runs(outcome)) << complaint(outcome);
  EXPECT_EQ(outcome.settings.ref, "0123456789012345678901234567890123456789");
  EXPECT_TRUE(has_notice(outcome, kIgnored));
  EXPECT_EQ(outcome.settings.period, 60s);
  EXPECT_EQ(outcome.settings.password, "token");
}

}  // namespace
}  // namespace gitsync::config
