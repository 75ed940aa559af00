// SPDX-License-Identifier: Apache-2.0
// Manners of servers that real ones seldom have. Real ones: http_transport_server_test.cc.
#include "source/http_transport.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "support/git_fixture.h"
#include "support/http_transport_fixture.h"
#include "support/tls_server.h"
#include "util/files.h"

namespace gitsync::test {
namespace {

using namespace std::chrono_literals;
using source::HttpSettings;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using util::Cause;
using util::ErrorKind;

constexpr auto kBasic = "WWW-Authenticate: Basic realm=\"x\"\r\n";
// user:secret
constexpr auto kLogin = "Authorization: Basic dXNlcjpzZWNyZXQ=\r\n";

std::string unauthorized(const std::string& challenge = kBasic) {
  return response("401 Unauthorized", "text/plain", "log in\n", challenge);
}

bool is_get(const std::string& request) { return request.starts_with("GET "); }

TEST_F(HttpTransportTest, AskingAgainIsOnePostOnTheKeptConnection) {
  AnsweringServer server(answer_v2);
  transport_to(server.url("/group/repo"));
  EXPECT_EQ(tip_of(), kTip);
  EXPECT_EQ(tip_of(), kTip);
  EXPECT_EQ(tip_of("none"), "") << "a server without such a ref is a success";
  EXPECT_THAT(server.lines(),
              ElementsAre("GET /group/repo/info/refs?service=git-upload-pack",
                          "POST /group/repo/git-upload-pack", "POST /group/repo/git-upload-pack",
                          "POST /group/repo/git-upload-pack"));
  EXPECT_EQ(server.connections(), 1);
  EXPECT_EQ(transport->traffic().requests, 4U);
  EXPECT_EQ(transport->traffic().connections, 1U);
}

TEST_F(HttpTransportTest, RequestsLookAsGitSendsThem) {
  AnsweringServer server(answer_v2);
  transport_to(server.url("/repo/"));
  tip_of();
  const auto requests = server.requests();
  EXPECT_THAT(requests.at(0),
              AllOf(StartsWith("GET /repo/info/refs?service=git-upload-pack HTTP/1.1\r\n"),
                    HasSubstr("\r\nUser-Agent: git/"), HasSubstr("\r\nGit-Protocol: version=2\r\n"),
                    HasSubstr("\r\nPragma: no-cache\r\n"), HasSubstr("\r\nAccept-Encoding: "),
                    Not(HasSubstr("Authorization"))));
  EXPECT_THAT(requests.at(1),
              AllOf(StartsWith("POST /repo/git-upload-pack HTTP/1.1\r\n"),
                    HasSubstr("\r\nContent-Type: application/x-git-upload-pack-request\r\n"),
                    HasSubstr("\r\nAccept: application/x-git-upload-pack-result\r\n"),
                    HasSubstr("\r\nGit-Protocol: version=2\r\n"), HasSubstr("\r\nUser-Agent: git/"),
                    HasSubstr("command=ls-refs"), HasSubstr("ref-prefix refs/heads/main")));
}

TEST_F(HttpTransportTest, OtherProtocolVersionsAreAskedForAsTheUserHasSet) {
  AnsweringServer server([](const std::string&) {
    return response("200 OK", "application/x-git-upload-pack-advertisement",
                    packet("# service=git-upload-pack\n") + "0000" +
                        packet(kTip + " refs/heads/main" + std::string(1, '\0') + "shallow\n") +
                        "0000");
  });
  transport_to(server.url("/repo"), HttpSettings{.protocol = 0});
  EXPECT_EQ(tip_of(), kTip);
  EXPECT_EQ(tip_of(), kTip);
  EXPECT_THAT(server.requests(), Each(AllOf(StartsWith("GET "), Not(HasSubstr("Git-Protocol")))));
  EXPECT_EQ(server.count(), 2U);
  transport_to(server.url("/repo"), HttpSettings{.protocol = 1});
  EXPECT_EQ(tip_of(), kTip);
  EXPECT_THAT(server.requests().back(), HasSubstr("Git-Protocol: version=1\r\n"));
}

// Surprises ------------------------------------------------------------------------------------

class Surprise : public HttpTransportTest, public testing::WithParamInterface<const char*> {};

TEST_P(Surprise, BringsFirstContactOnceMoreInTheSameQuestion) {
  std::atomic<bool> surprising = false;
  AnsweringServer server([&](const std::string& request) {
    if (!is_get(request) && surprising.exchange(false)) return std::string(GetParam());
    return answer_v2(request);
  });
  transport_to(server.url("/repo"));
  EXPECT_EQ(tip_of(), kTip);
  surprising = true;
  EXPECT_EQ(tip_of(), kTip);
  EXPECT_THAT(server.lines(), ElementsAre(StartsWith("GET"), StartsWith("POST"), StartsWith("POST"),
                                          StartsWith("GET"), StartsWith("POST")));
  EXPECT_EQ(tip_of(), kTip);
  EXPECT_EQ(server.count(), 6U);
}

INSTANTIATE_TEST_SUITE_P(
    All, Surprise,
    testing::Values("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n",
                    "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n",
                    "HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n",
                    "HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n",
                    "HTTP/1.1 307 No\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n",
                    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>",
                    // An upload-pack of version 0 dies of a command that it does not know.
                    "HTTP/1.1 200 OK\r\nContent-Type: application/x-git-upload-pack-result\r\n"
                    "Content-Length: 0\r\n\r\n",
                    "HTTP/1.1 200 OK\r\nContent-Type: application/x-git-upload-pack-result\r\n"
                    "Content-Length: 4\r\n\r\nnope"));

TEST_F(HttpTransportTest, AFaultThatStaysCostsOneFirstContact) {
  std::atomic<bool> broken = false;
  AnsweringServer server([&](const std::string& request) {
    return broken ? response("503 Busy", "text/plain", "") : answer_v2(request);
  });
  transport_to(server.url("/repo"));
  EXPECT_EQ(tip_of(), kTip);
  broken = true;
  const auto error = error_of();
  EXPECT_EQ(error.kind, ErrorKind::kNetwork);
  EXPECT_EQ(error.cause, Cause::kServerFault);
  EXPECT_THAT(error.message,
              AllOf(HasSubstr("GET " + server.url("/repo/info/refs")), HasSubstr("status 503")));
  EXPECT_EQ(server.count(), 4U);
}

TEST_F(HttpTransportTest, AServerThatWantsToBeLeftAloneIsNotAskedAgain) {
  std::atomic<bool> limited = false;
  AnsweringServer server([&](const std::string& request) {
    return limited ? response("429 Slowly", "", "", "Retry-After: 77\r\n") : answer_v2(request);
  });
  transport_to(server.url("/repo"));
  EXPECT_EQ(tip_of(), kTip);
  EXPECT_EQ(transport->retry_after(), std::nullopt);
  limited = true;
  EXPECT_EQ(error_of().cause, Cause::kRateLimited);
  EXPECT_EQ(transport->retry_after(), 77s);
  EXPECT_EQ(server.count(), 3U);
  limited = false;
  EXPECT_EQ(tip_of(), kTip);
  EXPECT_EQ(transport->retry_after(), std::nullopt);
}

// Faults ---------------------------------------------------------------------------------------

TEST_F(HttpTransportTest, StatusesMeanWhatTheyMeanWithGit) {
  const GitFixture git;
  for (const int status :
       {300, 302, 400, 402, 404, 405, 406, 408, 410, 418, 429, 500, 501, 502, 503, 504, 599}) {
    AnsweringServer server([&](const std::string&) {
      return response(std::to_string(status) + " X", "text/plain", "some words\n");
    });
    const auto theirs =
        git.cli.run({"ls-remote", server.url("/repo")}, git.dir.path(), git.limit());
    ASSERT_FALSE(theirs);
    transport_to(server.url("/repo"));
    const auto ours = error_of();
    EXPECT_EQ(ours.kind, theirs.error().kind) << status;
    EXPECT_EQ(ours.cause, status == 300 ? Cause::kNotUnderstood : theirs.error().cause) << status;
    EXPECT_THAT(ours.message,
                AllOf(HasSubstr("GET " + server.url("/repo/info/refs")),
                      HasSubstr("status " + std::to_string(status)), HasSubstr("some words")));
  }
}

TEST_F(HttpTransportTest, WhatAServerSaysOfAMissingRepositoryCounts) {
  AnsweringServer server([](const std::string&) {
    return response("404 No", "text/plain; charset=utf-8", "Repository not found.");
  });
  transport_to(server.url("/repo"));
  EXPECT_EQ(error_of().cause, Cause::kRepositoryNotFound);
}

TEST_F(HttpTransportTest, PagesAndOtherServersAreNoRepositories) {
  SharedText type;
  AnsweringServer server([&](const std::string&) {
    return response("200 OK", type.get(), "<html><body>hello</body></html>");
  });
  type = "text/html; charset=utf-8";
  transport_to(server.url("/repo"));
  auto error = error_of();
  EXPECT_EQ(error.kind, ErrorKind::kNotFound);
  EXPECT_EQ(error.cause, Cause::kNoGitServer);
  type = "text/plain";
  error = error_of();
  EXPECT_EQ(error.cause, Cause::kNotUnderstood) << "it may be one of the dumb protocol";
}

TEST_F(HttpTransportTest, AnAnswerThatIsCutOffIsABrokenConnection) {
  SharedText answer;
  TcpServer server([&](Peer& peer) {
    peer.read_request();
    peer.send(answer.get());
  });
  transport_to(server.url("/repo"));
  const auto whole = advertisement_v2();
  answer = whole.substr(0, whole.size() - 10);
  auto error = error_of();
  EXPECT_EQ(error.kind, ErrorKind::kNetwork);
  EXPECT_EQ(error.cause, Cause::kConnectionBroke);
  EXPECT_THAT(error.message, HasSubstr("GET " + server.url("/repo/info/refs")));
  // The same, but by HTTP it is whole.
  const auto body = whole.substr(whole.find("\r\n\r\n") + 4);
  answer = response("200 OK", "application/x-git-upload-pack-advertisement",
                    body.substr(0, body.size() - 10));
  error = error_of();
  EXPECT_EQ(error.kind, ErrorKind::kNetwork);
  EXPECT_EQ(error.cause, Cause::kConnectionBroke);
}

TEST_F(HttpTransportTest, AServerThatStallsIsLeftAtTheLimit) {
  TcpServer server([](Peer& peer) {
    peer.read_request();
    peer.send(advertisement_v2().substr(0, 150));
    peer.wait_until_closed();
  });
  transport_to(server.url("/repo"));
  const auto answer = ask("main", util::Limit{}.within(300ms));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::kTimeout);
  util::Event stop;
  stop.set();
  const auto stopped = ask("main", {.stop = &stop});
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().kind, ErrorKind::kStopped);
}

TEST_F(HttpTransportTest, AnAnswerWithoutEndIsBounded) {
  TcpServer server([](Peer& peer) {
    peer.read_request();
    peer.send(
        "HTTP/1.1 200 OK\r\nContent-Type: application/x-git-upload-pack-advertisement\r\n\r\n" +
        packet("# service=git-upload-pack\n") + "0000");
    while (peer.send(packet("version 2\n"))) {
    }
  });
  transport_to(server.url("/repo"));
  EXPECT_EQ(error_of().kind, ErrorKind::kProtocol);
}

TEST_F(HttpTransportTest, ClosedPortsAndUnknownHostsAreNamed) {
  transport_to("http://127.0.0.1:1/repo");
  EXPECT_EQ(error_of().cause, Cause::kConnectionRefused);
  transport_to("http://host.invalid/repo");
  const auto error = error_of();
  EXPECT_EQ(error.kind, ErrorKind::kNetwork);
  EXPECT_EQ(error.cause, Cause::kHostNameUnknown);
}

// Credentials ----------------------------------------------------------------------------------

std::string answer_with_login(const std::string& request, const std::string& login) {
  return request.contains(login) ? answer_v2(request) : unauthorized();
}

TEST_F(HttpTransportTest, CredentialsAreSentAfterTheyWereAskedForAndThenAtOnce) {
  AnsweringServer server([](const std::string& r) { return answer_with_login(r, kLogin); });
  set_credentials(server.url(), {{"user", "secret"}});
  transport_to(server.url("/repo"));
  EXPECT_EQ(tip_of(), kTip);
  EXPECT_EQ(tip_of(), kTip);
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 4U);
  EXPECT_THAT(requests.at(0), Not(HasSubstr("Authorization")));
  for (std::size_t i = 1; i < 4; ++i) EXPECT_THAT(requests.at(i), HasSubstr(kLogin)) << i;
  EXPECT_THAT(log.text(), Not(HasSubstr("dXNlcjpzZWNyZXQ")));
}

TEST_F(HttpTransportTest, WithoutCredentialsTheyAreMissing) {
  AnsweringServer server([](const std::string&) { return unauthorized(); });
  transport_to(server.url("/repo"));
  const auto error = error_of();
  EXPECT_EQ(error.kind, ErrorKind::kAuth);
  EXPECT_EQ(error.cause, Cause::kCredentialsMissing);
  EXPECT_EQ(server.count(), 1U);
}

TEST_F(HttpTransportTest, RefusedCredentialsAreNamedByTheirSettingAndTriedAgainInTheNextPass) {
  std::atomic<bool> mended = false;
  AnsweringServer server([&](const std::string& request) {
    return answer_with_login(request, mended ? kLogin : "no such");
  });
  set_credentials(server.url(), {{"user", "secret"}});
  transport_to(server.url("/repo"));
  const auto error = error_of();
  EXPECT_EQ(error.kind, ErrorKind::kAuth);
  EXPECT_EQ(error.cause, Cause::kCredentialsRefused);
  EXPECT_EQ(error.subject, "GITSYNC_PASSWORD");
  EXPECT_THAT(error.message, AllOf(HasSubstr("status 401: log in"), Not(HasSubstr("secret"))));
  EXPECT_EQ(server.count(), 2U);
  mended = true;
  EXPECT_EQ(tip_of(), kTip);
}

TEST_F(HttpTransportTest, OfSeveralCredentialsTheNextOneIsTriedAndTheGoodOneKept) {
  AnsweringServer server([](const std::string& r) { return answer_with_login(r, kLogin); });
  set_credentials(server.url(), {{"user", "secret"}, {"other", "bad"}});
  transport_to(server.url("/repo"));
  EXPECT_EQ(tip_of(), kTip);
  EXPECT_EQ(server.count(), 4U) << "none, the later, the former, the POST";
  EXPECT_EQ(tip_of(), kTip);
  EXPECT_EQ(server.count(), 5U);
}

TEST_F(HttpTransportTest, ATokenThatTheServerDroppedIsReplacedByTheNext) {
  std::atomic<bool> dropped = false;
  const std::string other = "Authorization: Basic b3RoZXI6bmV3\r\n";  // other:new
  AnsweringServer server([&](const std::string& request) {
    return answer_with_login(request, dropped ? other : kLogin);
  });
  set_credentials(server.url(), {{"other", "new"}, {"user", "secret"}});
  transport_to(server.url("/repo"));
  EXPECT_EQ(tip_of(), kTip);
  dropped = true;
  EXPECT_EQ(tip_of(), kTip);
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 6U);
  EXPECT_THAT(requests.at(3), AllOf(StartsWith("POST"), HasSubstr(kLogin)));
  EXPECT_THAT(requests.at(4), AllOf(StartsWith("GET"), HasSubstr(other)));
  EXPECT_THAT(requests.at(5), AllOf(StartsWith("POST"), HasSubstr(other)));
}

TEST_F(HttpTransportTest, APasswordThatIsReplacedDuringAPassIsReadAgain) {
  std::atomic<bool> replaced = false;
  const std::string later = "Authorization: Basic dXNlcjpuZXc=\r\n";  // user:new
  AnsweringServer server([&](const std::string& request) {
    return answer_with_login(request, replaced ? later : kLogin);
  });
  set_credentials(server.url(), {{"user", "secret"}});
  transport_to(server.url("/repo"));
  EXPECT_EQ(tip_of(), kTip);
  ASSERT_TRUE(credentials->for_pass(in_time()));
  rotate_password("new");
  replaced = true;
  EXPECT_TRUE(transport->ask(git::RefQuery::of("main").value(), in_time()));
  EXPECT_EQ(credentials->current().at(0).password, "new");
  // Once in a pass.
  rotate_password("newer");
  replaced = false;
  EXPECT_FALSE(transport->ask(git::RefQuery::of("main").value(), in_time()));
}

TEST_F(HttpTransportTest, ThePostMayBeWhatAsksForCredentials) {
  AnsweringServer server([](const std::string& request) {
    return is_get(request) ? advertisement_v2() : answer_with_login(request, kLogin);
  });
  set_credentials(server.url(), {{"user", "secret"}});
  transport_to(server.url("/repo"));
  EXPECT_EQ(tip_of(), kTip);
  EXPECT_EQ(tip_of(), kTip);
  EXPECT_EQ(server.count(), 4U);
}

TEST_F(HttpTransportTest, TheFileOfPasswordsComesBeforeOurCredentials) {
  const auto netrc = dir / "netrc";
  ASSERT_TRUE(util::write_file(netrc, "machine 127.0.0.1 login nu password np\n"));
  const std::string theirs = "Authorization: Basic bnU6bnA=\r\n";
  AnsweringServer server([&](const std::string& r) { return answer_with_login(r, theirs); });
  set_credentials(server.url(), {{"user", "secret"}});
  transport_to(server.url("/repo"), HttpSettings{.netrc_file = netrc});
  EXPECT_EQ(tip_of(), kTip);
  EXPECT_EQ(server.count(), 3U);
  EXPECT_THAT(server.requests(), Each(Not(HasSubstr(kLogin))));

  AnsweringServer refusing([](const std::string& r) { return answer_with_login(r, kLogin); });
  set_credentials(refusing.url(), {{"user", "secret"}});
  transport_to(refusing.url("/repo"), HttpSettings{.netrc_file = netrc});
  EXPECT_EQ(tip_of(), kTip);
  EXPECT_THAT(refusing.requests().at(1), HasSubstr(theirs));
  EXPECT_THAT(refusing.requests().at(2), HasSubstr(kLogin));
  EXPECT_EQ(tip_of(), kTip);
  EXPECT_EQ(refusing.count(), 5U);
}

TEST_F(HttpTransportTest, ProactiveCredentialsAreSentUnasked) {
  AnsweringServer server(answer_v2);
  set_credentials(server.url(), {{"user", "secret"}});
  transport_to(server.url("/repo"), HttpSettings{.proactive = source::Proactive::kBasic});
  EXPECT_EQ(tip_of(), kTip);
  EXPECT_THAT(server.requests(), Each(HasSubstr(kLogin)));
}

TEST_F(HttpTransportTest, BearerIsSpokenAndOtherSchemesAreNot) {
  SharedText challenge;
  AnsweringServer server([&](const std::string& request) {
    return request.contains("Authorization: Bearer secret\r\n") ? answer_v2(request)
                                                                : unauthorized(challenge.get());
  });
  set_credentials(server.url(), {{"user", "secret"}});
  challenge = "WWW-Authenticate: Bearer realm=\"x\"\r\n";
  transport_to(server.url("/repo"));
  EXPECT_EQ(tip_of(), kTip);
  challenge = "WWW-Authenticate: Negotiate\r\nWWW-Authenticate: NTLM\r\n";
  transport_to(server.url("/repo"));
  const auto error = error_of();
  EXPECT_EQ(error.cause, Cause::kNotUnderstood);
  EXPECT_THAT(error.message, HasSubstr("negotiate"));
}

TEST_F(HttpTransportTest, ForbiddenSaysWhetherCredentialsWereSent) {
  const auto forbidden = response("403 Forbidden", "text/plain", "no\n");
  AnsweringServer at_once([&](const std::string&) { return forbidden; });
  transport_to(at_once.url("/repo"));
  EXPECT_EQ(error_of().cause, Cause::kForbidden);
  set_credentials(at_once.url(), {{"user", "secret"}});
  transport_to(at_once.url("/repo"));
  auto error = error_of();
  EXPECT_EQ(error.kind, ErrorKind::kAuth);
  EXPECT_EQ(error.cause, Cause::kCredentialsNotSent);
  EXPECT_EQ(error.subject, "GITSYNC_PASSWORD");
  AnsweringServer later([&](const std::string& request) {
    return request.contains(kLogin) ? forbidden : unauthorized();
  });
  set_credentials(later.url(), {{"user", "secret"}});
  transport_to(later.url("/repo"));
  EXPECT_EQ(error_of().cause, Cause::kCredentialsRefused);
}

TEST_F(HttpTransportTest, AHeaderOfTheUsersLogsIn) {
  AnsweringServer server([](const std::string& r) { return answer_with_login(r, "Bearer mine"); });
  set_credentials(server.url(), {{"user", "secret"}});
  transport_to(server.url("/repo"), {.extra_headers = {{"Authorization", "Bearer mine"}}});
  EXPECT_EQ(tip_of(), kTip);
  EXPECT_EQ(server.count(), 2U);
  transport_to(server.url("/repo"), {.extra_headers = {{"AUTHORIZATION", "Bearer old"}}});
  EXPECT_EQ(error_of().cause, Cause::kCredentialsRefused)
      << "as git has it, which sends nothing else";
  EXPECT_EQ(server.count(), 3U);
}

// Redirects ------------------------------------------------------------------------------------

std::string moved_to(const std::string& url) {
  return response("302 Found", "", "", "Location: " + url + "\r\n");
}

TEST_F(HttpTransportTest, ARedirectMovesTheBase) {
  AnsweringServer there(answer_v2);
  AnsweringServer here([&](const std::string&) {
    return moved_to(there.url("/new/") + "info/refs?service=git-upload-pack");
  });
  transport_to(here.url("/repo"));
  EXPECT_EQ(tip_of(), kTip);
  EXPECT_EQ(tip_of(), kTip);
  EXPECT_EQ(here.count(), 1U);
  EXPECT_THAT(there.lines(), ElementsAre("GET /new/info/refs?service=git-upload-pack",
                                         "POST /new/git-upload-pack", "POST /new/git-upload-pack"));
}

TEST_F(HttpTransportTest, RelativeRedirectsAreFollowedButNotForEver) {
  AnsweringServer server([&](const std::string& request) {
    if (request.contains(" /old/")) return moved_to("/new/info/refs?service=git-upload-pack");
    if (request.contains(" /new/")) return answer_v2(request);
    return moved_to("/loop/info/refs?service=git-upload-pack");
  });
  transport_to(server.url("/old"));
  EXPECT_EQ(tip_of(), kTip);
  transport_to(server.url("/loop"));
  const auto before = server.count();
  EXPECT_EQ(error_of().kind, ErrorKind::kNetwork);
  EXPECT_EQ(server.count() - before, 21U);
  transport_to(server.url("/old"), HttpSettings{.redirects = source::FollowRedirects::kNo});
  const auto error = error_of();
  EXPECT_EQ(error.kind, ErrorKind::kNetwork);
  EXPECT_EQ(error.cause, Cause::kNoGitServer);
}

TEST_F(HttpTransportTest, ARedirectToAPageIsOneToSignIn) {
  SharedText page;
  AnsweringServer server([&](const std::string& request) {
    if (request.contains(" /login")) return page.get();
    return moved_to("/login?from=repo");
  });
  set_credentials(server.url(), {{"user", "secret"}});
  const auto expect_page = [&] {
    const auto error = error_of();
    EXPECT_EQ(error.kind, ErrorKind::kNotFound);
    EXPECT_EQ(error.cause, Cause::kSignInPage);
    EXPECT_EQ(error.subject, server.url("/login"));
  };
  transport_to(server.url("/repo"));
  page = response("200 OK", "text/html", "<html>");
  expect_page();
  page = unauthorized();
  expect_page();
  EXPECT_THAT(server.requests(), Each(Not(HasSubstr("Authorization"))));
  page = response("403 No", "text/html", "<html>");
  EXPECT_EQ(error_of().cause, Cause::kCredentialsNotSent);
}

TEST_F(HttpTransportTest, CredentialsStayWithTheirHost) {
  AnsweringServer there([](const std::string& r) { return answer_with_login(r, kLogin); });
  AnsweringServer here([&](const std::string& request) {
    if (!request.contains(kLogin)) return unauthorized();
    return moved_to(there.url("/new/") + "info/refs?service=git-upload-pack");
  });
  set_credentials(here.url(), {{"user", "secret"}});
  transport_to(here.url("/repo"), {.extra_headers = {{"X-Other", "1"}, {"Cookie", "c=secret"}}});
  const auto error = error_of();
  EXPECT_EQ(error.kind, ErrorKind::kAuth);
  EXPECT_EQ(error.cause, Cause::kCredentialsRedirected);
  EXPECT_EQ(error.subject, there.url("/new/info/refs"));
  EXPECT_THAT(there.requests(), Each(AllOf(Not(HasSubstr("Authorization")),
                                           Not(HasSubstr("Cookie")), HasSubstr("X-Other: 1"))));
  EXPECT_EQ(there.count(), 1U);
}

TEST_F(HttpTransportTest, CredentialsForTheNewHostAreSentThere) {
  AnsweringServer there([](const std::string& r) { return answer_with_login(r, kLogin); });
  AnsweringServer here([&](const std::string&) {
    return moved_to(there.url("/new/") + "info/refs?service=git-upload-pack");
  });
  set_credentials(there.url(), {{"user", "secret"}});
  transport_to(here.url("/repo"), {.extra_headers = {{"Authorization", "Bearer mine"}}});
  EXPECT_NE(error_of().cause, Cause::kUnknown);
  transport_to(here.url("/repo"));
  EXPECT_EQ(tip_of(), kTip);
  EXPECT_THAT(here.requests().back(), Not(HasSubstr("Authorization")));
}

TEST_F(HttpTransportTest, OddRedirectsAreLeftToGit) {
  SharedText location;
  AnsweringServer server([&](const std::string&) { return moved_to(location.get()); });
  transport_to(server.url("/repo"));
  for (const auto* target :
       {"ftp://host/info/refs?service=git-upload-pack",
        "http://user:password@127.0.0.1/info/refs?service=git-upload-pack", "file:///etc/passwd"}) {
    location = target;
    const auto error = error_of();
    EXPECT_EQ(error.cause, Cause::kNotUnderstood) << target;
    EXPECT_THAT(error.message, Not(HasSubstr("password"))) << target;
  }
}

TEST_F(HttpTransportTest, OddAddressesAreLeftToGit) {
  transport_to("http://127.0.0.1:1/repo?x=y");
  EXPECT_EQ(error_of().cause, Cause::kNotUnderstood);
  transport_to("http://caf\xc3\xa9.invalid/repo");
  EXPECT_EQ(error_of().cause, Cause::kNotUnderstood);
}

TEST_F(HttpTransportTest, AProxyThatRefusesIsNamedAndOneThatRefusesALoginIsLeftToGit) {
  AnsweringServer proxy([](const std::string&) {
    return response("407 No", "", "", "Proxy-Authenticate: Basic realm=x\r\n");
  });
  const auto with_login = "http://user:secret@" + proxy.url("").substr(7);
  HttpSettings settings;
  settings.curl.proxy->for_http = settings.curl.proxy->for_https = proxy.url("");
  for (const auto* const url : {"https://host.invalid/repo", "http://host.invalid/repo"}) {
    transport_to(url, settings);
    const auto error = error_of();
    EXPECT_EQ(error.kind, ErrorKind::kNetwork) << url;
    EXPECT_EQ(error.cause, Cause::kProxyRefuses) << url;
  }
  settings.curl.proxy->for_https = with_login;
  transport_to("https://host.invalid/repo", settings);
  const auto error = error_of();
  EXPECT_EQ(error.cause, Cause::kNotUnderstood);
  EXPECT_THAT(error.message, Not(HasSubstr("secret")));
  EXPECT_THAT(proxy.requests().back(), HasSubstr("Proxy-Authorization: Basic "));
}

// Trust ----------------------------------------------------------------------------------------

class HttpTrustTest : public HttpTransportTest {
 protected:
  HttpTrustTest() { EXPECT_TRUE(util::write_file(ca_file, authority.certificate())); }
  const std::string ca_file = dir / "ca.pem";
  const Authority authority;
  TlsServer server{authority.certify_server(),
                   [](const std::string&) { return response("404 No", "text/plain", ""); }};
};

TEST_F(HttpTrustTest, TheBundleIsTriedOnceIfTheFolderDoesNotVerify) {
  HttpSettings settings;
  settings.last_ca_file = ca_file;
  transport_to(server.url("/repo"), settings);
  EXPECT_EQ(error_of().cause, Cause::kRepositoryNotSeen);
  EXPECT_EQ(server.connections(), 2);
  EXPECT_EQ(error_of().cause, Cause::kRepositoryNotSeen);
  EXPECT_EQ(server.connections(), 2) << "from then on at once";
  EXPECT_EQ(transport->traffic().connections, 2U);
}

TEST_F(HttpTrustTest, UntrustedCertificatesAreAnError) {
  HttpSettings settings;
  settings.last_ca_file = "";
  transport_to(server.url("/repo"), settings);
  const auto error = error_of();
  EXPECT_EQ(error.kind, ErrorKind::kNetwork);
  EXPECT_EQ(error.cause, Cause::kUntrustedCertificate);
  settings.ca_directory_is_set = true;
  transport_to(server.url("/repo"), settings);
  EXPECT_EQ(error_of().cause, Cause::kNotUnderstood) << "git takes files of any name from there";
}

TEST_F(HttpTransportTest, TheLogShowsTheWiresStepsWithoutSecrets) {
  AnsweringServer server(answer_v2);
  transport_to(server.url("/repo"));
  tip_of();
  EXPECT_THAT(log.text(), AllOf(HasSubstr("\"wire\""), HasSubstr("\"method\":\"GET\""),
                                HasSubstr("\"status\":200"), HasSubstr("\"connections\":1"),
                                HasSubstr("\"method\":\"POST\""), HasSubstr("\"connections\":0")));
}

}  // namespace
}  // namespace gitsync::test
