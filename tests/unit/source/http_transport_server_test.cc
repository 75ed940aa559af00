// SPDX-License-Identifier: Apache-2.0
// The HTTP transport with nginx and `git http-backend`.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "source/http_transport.h"
#include "support/git_fixture.h"
#include "support/git_http_server.h"
#include "support/http_transport_fixture.h"
#include "util/files.h"

namespace gitsync::test {
namespace {

using source::HttpSettings;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;
using util::Cause;
using util::ErrorKind;

class HttpServerTest : public HttpTransportTest {
 protected:
  HttpServerTest() : repo(git.make_repo("repo")) {
    first = git.commit(repo, "file", "1");
    git.git(repo, {"tag", "-a", "-m", "a tag", "v1"});
  }
  void SetUp() override {
    if (!GitHttpServer::is_available()) GTEST_SKIP() << "nginx and fcgiwrap are not installed";
  }
  GitHttpServer& start(GitHttpServerOptions options = {}) {
    options.root = git.dir.path();
    server = std::make_unique<GitHttpServer>(std::move(options));
    return *server;
  }
  HttpSettings trusting() const {
    HttpSettings settings;
    settings.trust.ca_file = server->ca_file();
    return settings;
  }
  void expect_requests(const std::vector<std::string>& beginnings) const {
    EXPECT_TRUE(eventually([&] { return server->requests().size() >= beginnings.size(); }));
    const auto requests = server->requests();
    ASSERT_THAT(requests, SizeIs(beginnings.size())) << testing::PrintToString(requests);
    for (std::size_t i = 0; i < requests.size(); ++i) {
      EXPECT_THAT(requests[i], StartsWith(beginnings[i])) << i;
    }
  }

  GitFixture git;
  const std::string repo;
  git::Oid first = git::Oid::parse(std::string(40, '0')).value();
  std::unique_ptr<GitHttpServer> server;
};

constexpr auto kGet = "200 GET /repo/info/refs?service=git-upload-pack ";
constexpr auto kPost = "200 POST /repo/git-upload-pack ";

TEST_F(HttpServerTest, VersionTwoIsOnePostAnIdleQuestion) {
  start();
  transport_to(server->url("/repo"), trusting());
  EXPECT_EQ(tip_of(), first.hex());
  EXPECT_EQ(transport->ask(git::RefQuery::of("main").value(), in_time())->server.protocol, 2);
  const auto second = git.commit(repo, "file", "2");
  EXPECT_EQ(tip_of(), second.hex()) << "a push is seen at once";
  EXPECT_EQ(tip_of("v1"), first.hex()) << "what the tag leads to";
  EXPECT_EQ(tip_of("HEAD"), second.hex());
  EXPECT_EQ(tip_of("none"), "");
  expect_requests({kGet, kPost, kPost, kPost, kPost, kPost, kPost});
  EXPECT_EQ(transport->traffic().connections, 1U);
}

class OldVersion : public HttpServerTest, public testing::WithParamInterface<int> {};

TEST_P(OldVersion, IsReadFromTheAdvertisement) {
  const int version = GetParam();
  start({.git_protocol = version == 0 ? "" : "version=" + std::to_string(version)});
  transport_to(server->url("/repo"), trusting());
  for (int i = 0; i < 2; ++i) {
    const auto answer = ask();
    ASSERT_TRUE(answer) << answer.error().message;
    EXPECT_EQ(answer->server.protocol, version);
    ASSERT_TRUE(answer->tip);
    EXPECT_EQ(answer->tip->id, first);
  }
  EXPECT_EQ(tip_of("v1"), first.hex());
  EXPECT_EQ(tip_of("none"), "");
  expect_requests({kGet, kGet, kGet, kGet});
}

INSTANTIATE_TEST_SUITE_P(All, OldVersion, testing::Values(0, 1));

TEST_F(HttpServerTest, AServerThatForgetsVersionTwoAndLearnsItAgainIsAskedAnew) {
  start();
  transport_to(server->url("/repo"), trusting());
  EXPECT_EQ(tip_of(), first.hex());
  std::size_t requests = 2;
  for (const auto* const protocol : {"", "version=2"}) {
    server->stop_after(requests);
    requests = 4;
    server->set_git_protocol(protocol);
    server->start();
    EXPECT_EQ(tip_of(), first.hex()) << protocol;
  }
  expect_requests({kGet, kPost, "", kGet, kGet, kGet, kPost});
}

void write_many_refs(const std::string& repo, const git::Oid& id) {
  std::string refs = "# pack-refs with: peeled fully-peeled sorted \n";
  for (int i = 100000; i < 160000; ++i) {
    refs += id.hex() + " refs/heads/other/" + std::to_string(i) + "\n";
  }
  ASSERT_TRUE(util::write_file(repo + "/.git/packed-refs", refs));
}

// The number behind `name`.
int number_in(const std::string& line, const std::string& name) {
  const auto at = line.find(name);
  return at == std::string::npos ? -1 : std::stoi(line.substr(at + name.size()));
}

TEST_F(HttpServerTest, AnIdleQuestionCostsLittleWhateverOtherRefsThereAre) {
  start();
  transport_to(server->url("/repo"), trusting());
  // What one more question costs in each direction, as the server counts it.
  const auto cost_of_one = [&]() -> std::pair<int, int> {
    EXPECT_EQ(tip_of(), first.hex());
    const auto before = transport->traffic();
    EXPECT_TRUE(eventually([&] { return server->requests().size() == before.requests; }));
    EXPECT_EQ(tip_of(), first.hex());
    const auto after = transport->traffic();
    EXPECT_EQ(after.requests - before.requests, 1U);
    EXPECT_EQ(after.connections - before.connections, 0U);
    EXPECT_TRUE(eventually([&] { return server->requests().size() == after.requests; }));
    const auto line = server->requests().back();
    const int sent = number_in(line, " sent=");
    const int got = number_in(line, " got=");
    EXPECT_EQ(after.bytes_sent - before.bytes_sent, static_cast<std::uint64_t>(got));
    EXPECT_NEAR(static_cast<double>(after.bytes_received - before.bytes_received), sent, 16)
        << "the server counts the framing of chunks as well";
    return {sent, got};
  };
  const auto few = cost_of_one();
  EXPECT_LE(few.first, 1024);
  EXPECT_LE(few.second, 1024);
  write_many_refs(repo, first);
  EXPECT_EQ(cost_of_one(), few);
}

TEST_F(HttpServerTest, SixtyThousandRefsOfAnOldServerAreReadAsTheyCome) {
  write_many_refs(repo, first);
  start({.git_protocol = ""});
  transport_to(server->url("/repo"), trusting());
  EXPECT_EQ(tip_of("other/159999"), first.hex());
  EXPECT_GT(transport->traffic().bytes_received, 60000U * 60U);
}

TEST_F(HttpServerTest, CredentialsAreAskedForOnceAndARotatedTokenIsTakenAtOnce) {
  const auto file = git.dir / "htpasswd";
  start({.git_directives = "auth_basic x; auth_basic_user_file " + file + ";\n"});
  server->set_password(file, "user", "one");
  set_credentials(server->url(), {{"user", "one"}});
  transport_to(server->url("/repo"), trusting());
  EXPECT_EQ(tip_of(), first.hex());
  EXPECT_EQ(tip_of(), first.hex());
  expect_requests({"401 GET /repo/info/refs?service=git-upload-pack user=- ",
                   std::string(kGet) + "user=user ", std::string(kPost) + "user=user ",
                   std::string(kPost) + "user=user "});
  server->set_password(file, "user", "two");
  const auto refused = error_of();
  EXPECT_EQ(refused.kind, ErrorKind::kAuth);
  EXPECT_EQ(refused.cause, Cause::kCredentialsRefused);
  EXPECT_EQ(refused.subject, "GITSYNC_PASSWORD");
  rotate_password("two");
  EXPECT_EQ(tip_of(), first.hex());
  const auto before = transport->traffic().requests;
  server->set_password(file, "user", "three");
  rotate_password("three");
  EXPECT_EQ(tip_of(), first.hex());
  EXPECT_EQ(transport->traffic().requests - before, 1U) << "no refusal between";
}

TEST_F(HttpServerTest, ARedirectMovesTheBase) {
  start({.directives = "location /old/ { rewrite ^/old/(.*)$ /repo/$1 permanent; }\n"});
  transport_to(server->url("/old"), trusting());
  EXPECT_EQ(tip_of(), first.hex());
  EXPECT_EQ(tip_of(), first.hex());
  expect_requests({"301 GET /old/info/refs", kGet, kPost, kPost});
}

TEST_F(HttpServerTest, AConnectionThatTheServerDropsWhileIdleIsNoError) {
  start({.directives = "keepalive_timeout 3s;\n"});
  transport_to(server->url("/repo"), trusting());
  EXPECT_EQ(tip_of(), first.hex());
  ASSERT_TRUE(server->wait_until_it_drops_a_connection());
  EXPECT_EQ(tip_of(), first.hex());
  expect_requests({kGet, kPost, kPost});
  EXPECT_EQ(transport->traffic().connections, 2U);
}

TEST_F(HttpServerTest, AServerThatAllowsOneRequestAConnectionWorks) {
  start({.directives = "keepalive_requests 1;\n"});
  transport_to(server->url("/repo"), trusting());
  EXPECT_EQ(tip_of(), first.hex());
  EXPECT_EQ(tip_of(), first.hex());
  expect_requests({kGet, kPost, kPost});
  EXPECT_EQ(transport->traffic().connections, 3U);
}

TEST_F(HttpServerTest, AServerThatWentAwayAndCameBackIsAskedAsBefore) {
  start();
  transport_to(server->url("/repo"), trusting());
  EXPECT_EQ(tip_of(), first.hex());
  server->stop_after(2);
  const auto error = error_of();
  EXPECT_EQ(error.kind, ErrorKind::kNetwork);
  EXPECT_EQ(error.cause, Cause::kConnectionRefused);
  server->start();
  EXPECT_EQ(tip_of(), first.hex());
  expect_requests({kGet, kPost, kPost});
}

TEST_F(HttpServerTest, WhatIsNotThereIsWhatGitSaysItIs) {
  start({.tls = Tls::kNo});
  const auto theirs = git.cli.run({"ls-remote", server->url("/no/such")}, repo, git.limit());
  ASSERT_FALSE(theirs);
  transport_to(server->url("/no/such"));
  const auto ours = error_of();
  EXPECT_EQ(ours.kind, theirs.error().kind);
  EXPECT_EQ(ours.cause, theirs.error().cause);
}

}  // namespace
}  // namespace gitsync::test
