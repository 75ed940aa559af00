// SPDX-License-Identifier: Apache-2.0
// No secret leaves the configuration layer other than in the settings themselves; and line breaks
// that a Secret was made with are removed.
#include <gtest/gtest.h>

#include "configure_support.h"

namespace gitsync::config {
namespace {

using test::configure_with;
using test::run_with;
using test::runs;
using test::Variables;
using test::Words;

constexpr const char* kSecret = "hunter2";

std::string all_texts(const Outcome& outcome) {
  std::string text = outcome.out + outcome.err + outcome.error_file_message;
  for (const std::string& flag : outcome.logged_flags) text += flag + "\n";
  for (const Notice& notice : outcome.notices) {
    text += notice.message;
    for (const auto& [key, value] : notice.values) text += key + "=" + value + "\n";
  }
  return text;
}

void expect_no_secret(const Words& words, const Variables& variables) {
  const std::string text = all_texts(run_with(words, variables));
  EXPECT_EQ(text.find(kSecret), std::string::npos) << text;
}

// Ways to give a secret, each legal or not.
std::vector<Variables> variables_with_secrets() {
  return {
      {{"GITSYNC_REPO", "https://u:hunter2@h/r"}},
      {{"GITSYNC_REPO", "https://hunter2@h/r"}},
      {{"GITSYNC_REPO", "ssh://u:hunter2@h/r"}},
      {{"GITSYNC_REPO", "ftp://u:hunter2@h/r"}},
      {{"GITSYNC_REPO", "https://h/r?private_token=hunter2"}},
      {{"GITSYNC_REF", "https://u:hunter2@h/r"}, {"GITSYNC_SUBMODULES", "https://u:hunter2@h"}},
      {{"GITSYNC_DEPTH", "password=hunter2"}},
      {{"GITSYNC_EXECHOOK_COMMAND", "/bin/sshpass -p hunter2 x"}},
      {{"GITSYNC_WEBHOOK_URL", "https://hooks.example/services/T0/B0/hunter2"}},
      {{"GITSYNC_USERNAME", "ghp_hunter2hunter2"}, {"GITSYNC_PASSWORD", "x"}},
      {{"GIT_SYNC_REPO", "https://u:hun/hunter2@h/r"}},
      {{"GITSYNC_REPO", "https://u:hunter2\n@h/r\n"}},
      {{"GITSYNC_REPO", "https://u:hunter2%zz@h"}},
      {{"GITSYNC_PASSWORD", "hunter2\n"}, {"GITSYNC_USERNAME", "u"}},
      {{"GIT_SYNC_PASSWORD", "hunter2"}},
      {{"GITSYNC_CREDENTIAL",
        R"({"url":"https://x:hunter2@h","username":"u","password":"hunter2"})"}},
      {{"GITSYNC_CREDENTIAL", R"({"password":"hunter2"})"}},
      {{"GITSYNC_CREDENTIAL", R"({"password":"hunter2")"}},
      {{"GITSYNC_ASKPASS_URL", "http://u:hunter2@h/"}},
      {{"GITSYNC_WEBHOOK_URL", "http://u:hunter2@h/"}},
      {{"GITSYNC_GITHUB_BASE_URL", "http://u:hunter2@h/"}},
      {{"GITSYNC_GITHUB_APP_PRIVATE_KEY", "hunter2"}},
      {{"GITSYNC_GIT_CONFIG", "http.extraHeader:Authorization: hunter2"}},
      {{"GITSYNC_GIT_CONFIG", "http.extraHeader hunter2"}},
      {{"GITSYNC_GIT_CONFIG", "unknown.key:hunter2"}},
      {{"GITSYNC_GIT_CONFIG", R"(http."https://h/".extraHeader:hunter2)"}},
  };
}

TEST(Secrets, OfVariablesNeverShow) {
  for (const Variables& variables : variables_with_secrets()) {
    for (const Words& words : std::vector<Words>{{"--help"},
                                                 {"--man"},
                                                 {"--no-such-flag"},
                                                 {"--depth=-1", "--error-file=e"},
                                                 {"-v6"},
                                                 {}}) {
      expect_no_secret(words, variables);
      Words required{"--root=/git", "-v6"};
      required.insert(required.end(), words.begin(), words.end());
      const std::string text = all_texts(configure_with(required, variables));
      EXPECT_EQ(text.find(kSecret), std::string::npos) << text;
    }
  }
}

TEST(Secrets, OfFlagsNeverShow) {
  for (const Words& words : std::vector<Words>{
           {"--repo=https://u:hunter2@h/r"},
           {"--repo=ssh://u:hunter2@h/r"},
           {"--repo='https://u:hunter2@h/r'"},
           {"--repo=h.example/r?token=hunter2"},
           {"--submodules=Authorization: Bearer hunter2"},
           {"--depth=token:ghp_hunter2hunter2"},
           {"--exechook-command=/bin/x --url=https://u:hunter2@h"},
           {"--webhook-url=https://h/hunter2"},
           {"--repo=https://u:hunter2\n\n@h/r\n"},
           {"--password=hunter2"},
           {"--username=u", "--password=hunter2\n"},
           {"--username=u", "--password", "hunter2", "--password-file=f"},
           {"--__env__GITSYNC_PASSWORD=hunter2"},
           {"--__env__GITSYNC_GITHUB_APP_PRIVATE_KEY", "hunter2"},
           {R"(--credential={"url":"https://x:hunter2@h","username":"u","password":"hunter2"})"},
           {R"(--credential={"url":"l","username":"u","password":"hunter2\n"})"},
           {R"(--credential={"password":"hunter2"})"},
           {R"(--credential={"password":hunter2})"},
           {R"(--credential={"hunter2":1})"},
           {"--credential", "hunter2"},
           {"-password=hunter2"},
           {"---password=hunter2"},
           {"--pasword=hunter2"},
           {"--git-config=http.extraHeader:hunter2"},
           {"--git-config=http.extraHeader=hunter2"},
           {"--git-config-add=http.extraHeader:hunter2"},
           {"--git-config-add=http.extraHeader:\"hunter2"},
           {"--askpass-url=http://u:hunter2@h"},
           {"--webhook-url=http://u:hunter2@h"},
       }) {
    expect_no_secret(words, {});
    Words verbose = words;
    verbose.insert(verbose.begin(), "--verbose=9");
    expect_no_secret(verbose, {});
  }
}

TEST(Secrets, AreShownAsRedactedWhereTheyStood) {
  const Outcome outcome =
      run_with({"--repo=https://u:hunter2@h/r",
                R"(--credential={"url":"l","username":"u","password":"hunter2"})"});
  ASSERT_TRUE(runs(outcome));
  EXPECT_EQ(outcome.logged_flags,
            (Words{R"(--credential=[{"url":"l","username":"u","password":"REDACTED"}])",
                   "--repo=https://u:REDACTED@h/r", "--root=/git"}));
}

// The one warning, naming `setting`.
void expect_warning(const Outcome& outcome, const std::string& setting) {
  ASSERT_TRUE(runs(outcome)) << outcome.err.substr(0, 200);
  int warnings = 0;
  for (const Notice& notice : outcome.notices) {
    if (notice.message != "ignoring a trailing line break") continue;
    ++warnings;
    ASSERT_FALSE(notice.values.empty());
    EXPECT_EQ(notice.values[0].first, "setting");
    EXPECT_EQ(notice.values[0].second, setting);
  }
  EXPECT_EQ(warnings, 1) << setting;
}

TEST(LineBreaks, AreStrippedFromUserNameAndPassword) {
  const Outcome both = run_with({"--username=u"}, {{"GITSYNC_PASSWORD", "a b\r\n\n"}});
  EXPECT_EQ(both.settings.password, "a b");
  expect_warning(both, "$GITSYNC_PASSWORD");
  expect_warning(run_with({"--username=u"}, {{"GIT_SYNC_PASSWORD", "p\n"}}), "$GIT_SYNC_PASSWORD");
  expect_warning(run_with({"--username=u", "--password=p\n"}), "--password");
  expect_warning(run_with({"--username=u\n", "--password=p"}), "--username");
  const Outcome variable = run_with({}, {{"GITSYNC_USERNAME", "u\r\n"}, {"GITSYNC_PASSWORD", "p"}});
  EXPECT_EQ(variable.settings.username, "u");
  expect_warning(variable, "$GITSYNC_USERNAME");
}

TEST(LineBreaks, AreStrippedFromCredentialsWithOneWarning) {
  const Outcome outcome =
      run_with({R"(--credential=[{"url":"l","username":"u\n","password":"p\r\n"},)"
                R"({"url":"m","username":"v","password":"q\n"}])"});
  expect_warning(outcome, "--credential");
  EXPECT_EQ(outcome.settings.credentials[0].username, "u");
  EXPECT_EQ(outcome.settings.credentials[0].password, "p");
  EXPECT_EQ(outcome.settings.credentials[1].password, "q");
}

TEST(LineBreaks, AreStrippedFromTheUserinfoOfRepo) {
  for (const char* repo : {"https://u:p%0A@h/r", "https://u%0d%0a:p%0D@h/r", "https://u:p\n@h/r",
                           "https://u\r\n:p\n@h/r", "https://u:p\n@h/r\r\n"}) {
    const Outcome outcome = run_with({"--repo", repo});
    expect_warning(outcome, "--repo");
    EXPECT_EQ(outcome.settings.repo, "https://u:p@h/r") << repo;
  }
  const Outcome token = run_with({}, {{"GITSYNC_REPO", "x"}});
  EXPECT_EQ(token.settings.repo, "https://host.example/org/repo.git");
  expect_warning(configure_with({"--root=/git"}, {{"GITSYNC_REPO", "https://t%0a@h/r"}}),
                 "$GITSYNC_REPO");
}

TEST(LineBreaks, LeaveEverythingElseAlone) {
  const Outcome outcome =
      run_with({"--username= u ", "--filter=x\n"}, {{"GITSYNC_PASSWORD", "\np "}});
  // A leading one is no trailing one.
  EXPECT_FALSE(runs(outcome));
  const Outcome blanks = run_with({"--username= u ", "--filter=x\n", "--password= p\t "});
  ASSERT_TRUE(runs(blanks));
  EXPECT_EQ(blanks.settings.username, " u ");
  EXPECT_EQ(blanks.settings.password, " p\t ");
  EXPECT_EQ(blanks.settings.filter, "x\n");
  const Outcome pem = run_with({}, {{"GITSYNC_GITHUB_APP_PRIVATE_KEY", "-----\nx\n-----\n"}});
  EXPECT_EQ(pem.settings.github_app_private_key, "-----\nx\n-----\n");
  EXPECT_TRUE(pem.notices.empty());
}

TEST(LineBreaks, AreStrippedFromAddressesRefsAndGitSettings) {
  const Outcome repo = run_with({"--repo=https://h/r\r\n"});
  expect_warning(repo, "--repo");
  EXPECT_EQ(repo.settings.repo, "https://h/r");
  const Outcome ref = run_with({}, {{"GITSYNC_REF", "main\n"}});
  expect_warning(ref, "$GITSYNC_REF");
  EXPECT_EQ(ref.settings.ref, "main");
  const Outcome config = run_with({"--git-config=gc.auto:0\n"});
  expect_warning(config, "--git-config");
  EXPECT_EQ(config.settings.git_config_pairs[0].second, "0");
  expect_warning(run_with({"--git-config-add=gc.auto:0\n"}), "--git-config-add");
  expect_warning(run_with({"--webhook-url=http://h/\n"}), "--webhook-url");
}

TEST(LineBreaks, AreStrippedFromProxies) {
  const Outcome outcome = run_with({}, {{"https_proxy", "http://proxy:1\n"}, {"no_proxy", "a"}});
  expect_warning(outcome, "$https_proxy");
  EXPECT_EQ(outcome.environment, (Variables{{"https_proxy", "http://proxy:1"}}));
}

TEST(LineBreaks, NothingButALineBreakIsNothing) {
  EXPECT_TRUE(test::complaint(run_with({"--username=u"}, {{"GITSYNC_PASSWORD", "\n"}}))
                  .starts_with("required flag: $GITSYNC_PASSWORD"));
}

TEST(Wrapping, BlanksAndQuotesAroundAddressesAreIgnoredWithANotice) {
  for (const char* repo :
       {" https://h/r", "https://h/r \t", "'https://h/r'", "\"https://h/r\"", " 'https://h/r'\n"}) {
    const Outcome outcome = run_with({"--repo", repo});
    ASSERT_TRUE(runs(outcome)) << repo;
    EXPECT_EQ(outcome.settings.repo, "https://h/r") << repo;
    EXPECT_FALSE(outcome.notices.empty());
  }
  const Outcome ref = run_with({"--ref= main\t"});
  EXPECT_EQ(ref.settings.ref, "main");
  EXPECT_TRUE(test::has_notice(ref, "ignoring blanks around a value"));
  const Outcome path = run_with({"--repo=/srv/it's "});
  EXPECT_EQ(path.settings.repo, "/srv/it's ");
  EXPECT_TRUE(path.notices.empty());
}

TEST(Wrapping, OfRefsUserNamesAndPasswordsIsOnlyMentioned) {
  const Outcome outcome = run_with({"--username=\"u\""}, {{"GITSYNC_PASSWORD", "p "}});
  ASSERT_TRUE(runs(outcome));
  EXPECT_EQ(outcome.settings.username, "\"u\"");
  EXPECT_EQ(outcome.settings.password, "p ");
  ASSERT_EQ(outcome.notices.size(), 2U);
  EXPECT_EQ(outcome.notices[0].values[0].second, "--username");
  EXPECT_EQ(outcome.notices[1].values[0].second, "$GITSYNC_PASSWORD");
  const Outcome ref = run_with({"--ref='main'"});
  EXPECT_EQ(ref.settings.ref, "'main'");
  EXPECT_TRUE(test::has_notice(ref, "the value has blanks or quotes around it"));
}

}  // namespace
}  // namespace gitsync::config
