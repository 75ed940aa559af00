// SPDX-License-Identifier: Apache-2.0
// Static credentials, and how the sources go together. Askpass and GitHub: files of their own.
#include "auth/credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "metrics/metrics.h"
#include "support/captured_log.h"
#include "support/tcp_server.h"
#include "support/temp_dir.h"
#include "util/files.h"

namespace gitsync::auth {
namespace {

using test::TcpServer;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using util::ErrorKind;

struct CredentialsTest : testing::Test {
  std::unique_ptr<Credentials> make(CredentialOptions options) {
    return std::make_unique<Credentials>(std::move(options), log.logger(), metrics);
  }
  StaticCredential from_file(const std::string& content) {
    EXPECT_TRUE(util::write_file(dir / "password", content));
    return {.url = "https://h/r",
            .username = "user",
            .password_file = dir / "password",
            .username_setting = "--username",
            .password_setting = "--password-file"};
  }

  test::TempDir dir;
  test::CapturedLog log;
  metrics::Metrics metrics;
};

TEST_F(CredentialsTest, NothingConfiguredIsNothing) {
  const auto credentials = make({})->for_pass({});
  ASSERT_TRUE(credentials);
  EXPECT_TRUE(credentials->empty());
}

TEST_F(CredentialsTest, KeepsTheOrderAndPutsAskpassLast) {
  TcpServer server(TcpServer::answering("HTTP/1.1 200 OK\n\nusername=asked\npassword=third\n"));
  const auto result = make({.credentials = {{.url = "https://a",
                                             .username = "u",
                                             .password = "first",
                                             .password_setting = "GITSYNC_PASSWORD"},
                                            {.url = "https://b",
                                             .username = "v",
                                             .password = "second",
                                             .password_setting = "--credential"}},
                            .repo_url = "https://repo",
                            .askpass_url = server.url()})
                          ->for_pass({});
  ASSERT_TRUE(result) << result.error().message;
  ASSERT_EQ(result->size(), 3U);
  EXPECT_EQ(result->at(0).url, "https://a");
  EXPECT_EQ(result->at(0).username, "u");
  EXPECT_EQ(result->at(0).password, "first");
  EXPECT_EQ(result->at(0).setting, "GITSYNC_PASSWORD");
  EXPECT_EQ(result->at(1).password, "second");
  EXPECT_EQ(result->at(2).url, "https://repo");
  EXPECT_EQ(result->at(2).username, "asked");
  EXPECT_EQ(result->at(2).password, "third");
  EXPECT_EQ(result->at(2).setting, "--askpass-url");
}

TEST_F(CredentialsTest, PasswordFileIsReadAgainAtEachPass) {
  const auto credentials = make({.credentials = {from_file("one")}});
  EXPECT_EQ(credentials->for_pass({})->at(0).password, "one");
  ASSERT_TRUE(util::write_file(dir / "password", "two\n"));
  EXPECT_EQ(credentials->for_pass({})->at(0).password, "two");
  EXPECT_THAT(log.text(), HasSubstr("--password-file"));
}

TEST_F(CredentialsTest, MatchOffersWhatTheLastPassReadUntilItIsRejected) {
  const auto credentials = make({.credentials = {from_file("one")}});
  EXPECT_FALSE(credentials->match("https://h/r")) << "before the first pass";
  ASSERT_TRUE(credentials->for_pass({}));
  const auto first = credentials->match("https://h/r");
  ASSERT_TRUE(first);
  EXPECT_EQ(first->password, "one");
  EXPECT_EQ(first->setting, "--password-file");
  credentials->rejected(*first);
  EXPECT_FALSE(credentials->match("https://h/r"));
  ASSERT_TRUE(util::write_file(dir / "password", "two"));
  ASSERT_TRUE(credentials->for_pass({}));
  EXPECT_EQ(credentials->match("https://h/r")->password, "two");
  ASSERT_TRUE(util::remove_tree(dir / "password"));
  ASSERT_FALSE(credentials->for_pass({}));
  EXPECT_FALSE(credentials->match("https://h/r")) << "nothing old after a failure";
}

TEST_F(CredentialsTest, UnreadablePasswordFileFailsThePassNamingSettingAndPathButIsNotFatal) {
  auto source = from_file("x");
  ASSERT_TRUE(util::remove_tree(dir / "password"));
  const auto credentials = make({.credentials = {source}});
  const auto result = credentials->for_pass({});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::kNotFound);
  EXPECT_THAT(result.error().message,
              AllOf(HasSubstr("--password-file"), HasSubstr(dir / "password")));
  EXPECT_FALSE(credentials->fatal());
}

TEST_F(CredentialsTest, ASecondLineCannotSmuggleAttributesIntoGit) {
  const auto result = make({.credentials = {from_file("x\nurl=https://evil\n")}})->for_pass({});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::kInvalid);
  EXPECT_THAT(result.error().message, HasSubstr("--password-file"));
}

TEST_F(CredentialsTest, LineBreaksOfUserNamesAreStrippedUnderTheirOwnSetting) {
  const auto result = make({.credentials = {{.url = "https://a",
                                             .username = "user\r\n",
                                             .password = "sekret",
                                             .username_setting = "--username",
                                             .password_setting = "GITSYNC_PASSWORD"}}})
                          ->for_pass({});
  ASSERT_TRUE(result);
  EXPECT_EQ(result->at(0).username, "user");
  EXPECT_THAT(log.text(), AllOf(HasSubstr("--username"), Not(HasSubstr("GITSYNC_PASSWORD"))));
}

TEST_F(CredentialsTest, SecretsAreKnownToTheLogEvenBeforeTheFirstPass) {
  auto file = from_file("from-the-file");
  const auto credentials =
      make({.credentials = {{.url = "https://a", .password = "from-the-list"}, file}});
  EXPECT_EQ(log.sink().redact("x from-the-list x"), "x REDACTED x");
  ASSERT_TRUE(credentials->for_pass({}));
  EXPECT_EQ(log.sink().redact("from-the-file"), "REDACTED");
  EXPECT_EQ(log.sink().redact("user"), "user");
}

TEST_F(CredentialsTest, ATokenGivenAsUserNameIsASecret) {
  const auto credentials =
      make({.credentials = {
                {.url = "https://a", .username = "ghp_0123456789"},
                {.url = "https://a", .username = "gho_0123456789", .password = "x-oauth-basic"},
                {.url = "https://a", .username = "alice"}}});
  ASSERT_TRUE(credentials->for_pass({}));
  EXPECT_EQ(log.sink().redact("ghp_0123456789 gho_0123456789 alice x-oauth-basic"),
            "REDACTED REDACTED alice x-oauth-basic");
}

}  // namespace
}  // namespace gitsync::auth
