// SPDX-License-Identifier: Apache-2.0
// Fetching by HTTP from nginx and `git http-backend`; asking them: http_transport_server_test.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "source/http_transport.h"
#include "support/fetch_scenario.h"
#include "support/git_fixture.h"
#include "support/git_http_server.h"
#include "support/http_transport_fixture.h"
#include "util/files.h"

namespace gitsync::test {
namespace {

using source::HttpSettings;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;
using util::Cause;
using util::ErrorKind;

constexpr auto kGet = "200 GET /repo/info/refs?service=git-upload-pack ";
constexpr auto kPost = "200 POST /repo/git-upload-pack ";

class HttpFetchServerTest : public HttpTransportTest {
 protected:
  void SetUp() override {
    if (!GitHttpServer::is_available()) GTEST_SKIP() << "nginx and fcgiwrap are not installed";
  }
  void start(GitHttpServerOptions options = {}) {
    options.root = git.dir.path();
    server = std::make_unique<GitHttpServer>(std::move(options));
  }
  void connect(const std::string& path = "/repo") {
    HttpSettings settings;
    settings.trust.ca_file = server->ca_file();
    transport_to(server->url(path), settings);
  }
  Fetched fetch(const git::FetchRequest& request) {
    EXPECT_TRUE(credentials->for_pass(in_time()));
    return fetch_from(*transport, request, in_time());
  }
  Fetched fetch() { return fetch({.wants = {scenario.tip()}, .deepen = 1}); }
  void expect_requests(const std::vector<std::string>& beginnings) const {
    EXPECT_TRUE(eventually([&] { return server->requests().size() >= beginnings.size(); }));
    const auto requests = server->requests();
    ASSERT_THAT(requests, SizeIs(beginnings.size())) << testing::PrintToString(requests);
    for (std::size_t i = 0; i < requests.size(); ++i) {
      EXPECT_THAT(requests[i], StartsWith(beginnings[i])) << i;
    }
  }

  GitFixture git;
  const std::string repo = git.make_repo("repo");
  FetchScenario scenario{git, repo};
  std::unique_ptr<GitHttpServer> server;
};

TEST_F(HttpFetchServerTest, BringsWhatIsWanted) {
  start();
  connect();
  scenario.brings_one_commit(*transport);
  scenario.brings_a_thin_update(*transport);
  scenario.brings_five_commits(*transport);
  scenario.brings_all_commits(*transport);
  scenario.says_that_what_is_wanted_has_gone(*transport);
}

TEST_F(HttpFetchServerTest, AFirstSyncIsThreeRequestsOnOneConnection) {
  start();
  connect();
  EXPECT_EQ(tip_of(), scenario.tip().hex());
  scenario.brings_one_commit(*transport);
  expect_requests({kGet, kPost, kPost});
  EXPECT_EQ(transport->traffic().connections, 1U);
}

TEST_F(HttpFetchServerTest, WithoutAQuestionBeforeTheServerIsFoundFirst) {
  start({.directives = "location /old/ { rewrite ^/old/(.*)$ /repo/$1 permanent; }\n"});
  connect("/old");
  scenario.brings_one_commit(*transport);
  EXPECT_EQ(tip_of(), scenario.tip().hex());
  expect_requests({"301 GET /old/info/refs", kGet, kPost, kPost});
}

TEST_F(HttpFetchServerTest, AServerOfAnOldVersionIsLeftToGit) {
  start({.git_protocol = ""});
  connect();
  EXPECT_EQ(fetch().error.cause, Cause::kNotUnderstood);
  EXPECT_EQ(tip_of(), scenario.tip().hex());
  expect_requests({kGet, kGet});
  EXPECT_EQ(fetch().error.cause, Cause::kNotUnderstood);
  expect_requests({kGet, kGet});
}

TEST_F(HttpFetchServerTest, AServerThatForgetsVersionTwoIsLeftToGit) {
  start();
  connect();
  EXPECT_EQ(tip_of(), scenario.tip().hex());
  server->stop();
  server->set_git_protocol("");
  server->start();
  EXPECT_EQ(fetch().error.cause, Cause::kNotUnderstood);
}

TEST_F(HttpFetchServerTest, CredentialsThatWorkedAreSentAtOnceAndRefusedOnesAreTold) {
  const auto file = git.dir / "htpasswd";
  start({.git_directives = "auth_basic x; auth_basic_user_file " + file + ";\n"});
  server->set_password(file, "user", "one");
  set_credentials(server->url(), {{"user", "one"}});
  connect();
  EXPECT_EQ(fetch().error.message, "");
  EXPECT_EQ(fetch().error.message, "");
  expect_requests({"401 GET /repo/info/refs", std::string(kGet) + "user=user ",
                   std::string(kPost) + "user=user ", std::string(kPost) + "user=user "});
  server->set_password(file, "user", "two");
  const auto refused = fetch();
  EXPECT_EQ(refused.error.kind, ErrorKind::kAuth) << refused.error.message;
  EXPECT_EQ(refused.error.cause, Cause::kCredentialsRefused);
  EXPECT_EQ(refused.pack, "");
  rotate_password("two");
  EXPECT_EQ(fetch().error.message, "");
}

// Some ask for credentials only when something is wanted of them.
TEST_F(HttpFetchServerTest, ARefusalInTheMiddleIsAnsweredWithCredentials) {
  const auto file = git.dir / "htpasswd";
  start({.git_directives =
             "limit_except GET { auth_basic x; auth_basic_user_file " + file + "; }\n"});
  server->set_password(file, "user", "one");
  set_credentials(server->url(), {{"user", "one"}});
  connect();
  EXPECT_EQ(fetch().error.message, "");
  expect_requests({kGet, "401 POST /repo/git-upload-pack ", std::string(kPost) + "user=user "});
}

TEST_F(HttpFetchServerTest, AConnectionThatTheServerDropsWhileIdleIsNoError) {
  start({.directives = "keepalive_timeout 3s;\n"});
  connect();
  EXPECT_EQ(tip_of(), scenario.tip().hex());
  ASSERT_TRUE(server->wait_until_it_drops_a_connection());
  EXPECT_EQ(fetch().error.message, "");
  expect_requests({kGet, kPost, kPost});
  EXPECT_EQ(transport->traffic().connections, 2U);
}

TEST_F(HttpFetchServerTest, APackThatCannotBeMadeIsAFaultOfTheServer) {
  const auto hook = git.dir / "hook";
  ASSERT_TRUE(util::write_file(hook, "#!/bin/sh\ncat >/dev/null; exit 1\n", 0755));
  ASSERT_TRUE(
      util::write_file(git.dir / "gitconfig", "[uploadpack]\npackObjectsHook = " + hook + "\n"));
  start({.git_directives = "fastcgi_param GIT_CONFIG_GLOBAL " + (git.dir / "gitconfig") + ";\n"});
  connect();
  const auto fetched = fetch();
  EXPECT_EQ(fetched.error.kind, ErrorKind::kNetwork) << fetched.error.message;
  EXPECT_EQ(fetched.error.cause, Cause::kServerShortOfMemory);
  EXPECT_THAT(fetched.error.message, HasSubstr("POST https://"));
  EXPECT_THAT(fetched.error.message, HasSubstr("repository corruption on the remote side"));
}

}  // namespace
}  // namespace gitsync::test
