// SPDX-License-Identifier: Apache-2.0
// What start-up says about settings that are legal but hardly meant.
#include <gtest/gtest.h>

#include "config/nearest.h"
#include "configure_support.h"

namespace gitsync::config {
namespace {

using test::has_notice;
using test::run_with;
using test::runs;
using test::Words;

std::string hint_of(const Outcome& outcome) {
  return outcome.notices.empty() ? "" : outcome.notices.back().values.back().second;
}

TEST(Advice, ARepoWithoutSchemeIsNamed) {
  const Outcome outcome = run_with({"--repo=host.example/org/repo"});
  ASSERT_TRUE(runs(outcome));
  EXPECT_TRUE(
      has_notice(outcome, "--repo has no scheme, so it is a path in the working directory"));
  EXPECT_EQ(hint_of(outcome), "did you mean https://host.example/org/repo ?");
  for (const std::string repo : {"/srv/a.b/c", "./a.b/c", "../a/b", "git@host.example:org/repo",
                                 "host.example:org/repo", "https://host.example/x", "dir/repo"}) {
    EXPECT_TRUE(run_with({"--repo=" + repo}).notices.empty()) << repo;
  }
}

TEST(Advice, CredentialsBesideSshAreNotUsed) {
  for (const std::string repo : {"git@host:org/repo", "ssh://host/org/repo", "/srv/repo"}) {
    const Outcome outcome = run_with({"--repo=" + repo, "--username=u", "--password=p"});
    ASSERT_TRUE(runs(outcome)) << repo;
    EXPECT_TRUE(has_notice(outcome, "--username and its password are not used for this --repo"));
  }
}

TEST(Advice, AUserNameInTheAddressGivesWayToTheSettings) {
  const Outcome outcome =
      run_with({"--repo=https://org@dev.example/org/repo", "--username=u", "--password=p"});
  ASSERT_TRUE(runs(outcome)) << outcome.err;
  EXPECT_TRUE(has_notice(outcome, "ignoring the user name in --repo, because --username is set"));
}

TEST(Advice, AHookIsOneProgram) {
  EXPECT_TRUE(has_notice(run_with({"--exechook-command=/bin/x --arg"}),
                         "--exechook-command holds a blank"));
  EXPECT_TRUE(has_notice(run_with({"--pre-publish-exechook-command=sh -c x"}),
                         "--pre-publish-exechook-command holds a blank"));
  EXPECT_TRUE(run_with({"--exechook-command=/bin/x"}).notices.empty());
}

TEST(Advice, APasswordInARewrittenAddressIsVisible) {
  EXPECT_TRUE(has_notice(run_with({R"(--git-config="url.https://u:pw@h/.insteadOf":"https://h/")"}),
                         "git shows the password of url.*.insteadOf in its arguments"));
  EXPECT_TRUE(run_with({R"(--git-config="url.https://h/.insteadOf":"git@h:")"}).notices.empty());
}

TEST(NearestFlag, IsTheOneThatWasMeant) {
  EXPECT_EQ(nearest_flag("dept"), "depth");
  EXPECT_EQ(nearest_flag("Repo"), "repo");
  EXPECT_EQ(nearest_flag("sync_timeout"), "sync-timeout");
  EXPECT_EQ(nearest_flag("onetime"), "one-time");
  EXPECT_EQ(nearest_flag("webhook-urls"), "webhook-url");
  EXPECT_EQ(nearest_flag("logtostderr"), "");
  EXPECT_EQ(nearest_flag("x"), "");
  EXPECT_EQ(nearest_flag(std::string(100'000, 'x')), "");
}

}  // namespace
}  // namespace gitsync::config
