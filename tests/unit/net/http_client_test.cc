// SPDX-License-Identifier: Apache-2.0
// What is sent, redirects, proxies, limits. Servers with bad manners: bad_servers_test.cc.
#include "net/http_client.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "support/tcp_server.h"

namespace gitsync::net {
namespace {

using namespace std::chrono_literals;
using test::Peer;
using test::TcpServer;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using util::ErrorKind;

util::Limit in_time() { return util::Limit{}.within(10s); }

util::Result<Response> send(const Request& request, ClientOptions options = {}) {
  return HttpClient(std::move(options)).send(request, in_time());
}

constexpr auto kOk = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody";

TEST(HttpClient, ReturnsStatusAndBodyWhateverTheStatus) {
  TcpServer server(TcpServer::answering("HTTP/1.1 503 Sorry\r\nContent-Length: 2\r\n\r\nno"));
  const auto response = send({.url = server.url()});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 503);
  EXPECT_EQ(response->body, "no");
}

TEST(HttpClient, GetHasTheGivenHeadersAndOffersNoEncodingAndNoBody) {
  TcpServer server(TcpServer::answering(kOk));
  ASSERT_TRUE(send({.url = server.url("/x?y=1"), .headers = {{"Gitsync-Hash", "abc"}}}));
  EXPECT_THAT(server.requests().at(0),
              AllOf(StartsWith("GET /x?y=1 HTTP/1.1\r\n"), HasSubstr("\r\nGitsync-Hash: abc\r\n"),
                    HasSubstr("\r\nUser-Agent: git-sync\r\n"), Not(HasSubstr("Accept-Encoding")),
                    Not(HasSubstr("Expect")), Not(HasSubstr("Content-"))));
}

TEST(HttpClient, PostWithoutBodyAnnouncesLengthZeroAndNoType) {
  TcpServer server(TcpServer::answering(kOk));
  ASSERT_TRUE(send({.method = "POST", .url = server.url()}));
  EXPECT_THAT(server.requests().at(0),
              AllOf(StartsWith("POST / HTTP/1.1\r\n"), HasSubstr("\r\nContent-Length: 0\r\n"),
                    Not(HasSubstr("Content-Type"))));
}

TEST(HttpClient, SendsAnyMethod) {
  for (const std::string method : {"PUT", "DELETE", "PATCH", "OPTIONS", "BREW"}) {
    TcpServer server(TcpServer::answering(kOk));
    const auto response = send({.method = method, .url = server.url()});
    ASSERT_TRUE(response) << method << response.error().message;
    EXPECT_THAT(server.requests().at(0), StartsWith(method + " / HTTP/1.1\r\n"));
  }
}

TEST(HttpClient, HeadDoesNotWaitForABody) {
  TcpServer server([](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n");
    peer.wait_until_closed();
  });
  const auto response = send({.method = "HEAD", .url = server.url()});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "");
}

TEST(HttpClient, ClosesTheConnectionAtTheEndOfTheResponseAndOpensOnlyOne) {
  std::atomic<bool> closed = false;
  TcpServer server([&](Peer& peer) {
    peer.read_request();
    peer.send(kOk);  // invites to keep the connection
    closed = peer.wait_until_closed();
    closed.notify_all();
  });
  ASSERT_TRUE(send({.url = server.url()}));
  closed.wait(false);
  EXPECT_EQ(server.connections(), 1);
}

TEST(HttpClient, RefusesMethodsAndHeadersThatWouldBreakTheRequest) {
  TcpServer server(TcpServer::answering(kOk));
  for (const std::string method : {"", "GET /", "GET\r\nX: y", "G\"T"}) {
    const auto response = send({.method = method, .url = server.url()});
    ASSERT_FALSE(response) << method;
    EXPECT_EQ(response.error().kind, ErrorKind::kInvalid);
  }
  EXPECT_FALSE(send({.url = server.url(), .headers = {{"A", "b\r\nC: d"}}}));
  EXPECT_EQ(server.connections(), 0);
}

TEST(HttpClient, UnusableUrlsAreInvalidAndNotRepeatedInTheMessage) {
  for (const std::string url : {"", "sekret", "/sekret", "http://", "ftp://sekret/",
                                "file:///sekret", "http://ho st/sekret", "http://h:99999/sekret"}) {
    const auto response = send({.url = url});
    ASSERT_FALSE(response) << url;
    EXPECT_EQ(response.error().kind, ErrorKind::kInvalid) << url;
    EXPECT_THAT(response.error().message, Not(HasSubstr("sekret")));
  }
}

TEST(HttpClient, ErrorsNameHostAndPortButNoSecretOfTheUrl) {
  const auto response = send({.url = "http://user:sekret@127.0.0.1:1/sekret?token=sekret"});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::kNetwork);
  EXPECT_THAT(response.error().message, AllOf(HasSubstr("127.0.0.1:1"), Not(HasSubstr("sekret"))));
}

TEST(HttpClient, UnknownHostIsANetworkError) {
  const auto response = send({.url = "http://does-not-exist.invalid/"});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::kNetwork);
  EXPECT_THAT(response.error().message, HasSubstr("does-not-exist.invalid"));
}

TEST(HttpClient, UserinfoOfTheUrlBecomesBasicAuthentication) {
  TcpServer server(TcpServer::answering(kOk));
  ASSERT_TRUE(send({.url = "http://a:b@127.0.0.1:" + std::to_string(server.port()) + "/"}));
  EXPECT_THAT(server.requests().at(0), HasSubstr("\r\nAuthorization: Basic YTpi\r\n"));
}

TEST(HttpClient, BlanksAndBytesThatAreNotAsciiAreEscaped) {
  TcpServer server(TcpServer::answering(kOk));
  ASSERT_TRUE(send({.url = server.url("/a b/\xc3\xbc(x)/../?q=a b&r=\xc3\xbc#c d")}));
  EXPECT_THAT(server.requests().at(0),
              StartsWith("GET /a%20b/%C3%BC%28x%29/../?q=a%20b&r=%C3%BC HTTP/1.1\r\n"));
}

TEST(HttpClient, SocketsAreCloseOnExecWhileARequestRuns) {
  int sockets = 0;
  TcpServer server([&](Peer& peer) {
    peer.read_request();
    for (int fd = 0; fd < 256; ++fd) {
      sockaddr_in address{};
      socklen_t size = sizeof address;
      if (::getpeername(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) continue;
      if (ntohs(address.sin_port) != server.port()) continue;
      ++sockets;
      EXPECT_EQ(::fcntl(fd, F_GETFD) & FD_CLOEXEC, FD_CLOEXEC);
    }
    peer.send(kOk);
  });
  ASSERT_TRUE(send({.url = server.url()}));
  EXPECT_EQ(sockets, 1);
}

// --- limits ---

TEST(HttpClient, HangingServerEndsAtTheDeadline) {
  TcpServer server(TcpServer::hanging());
  const auto start = util::SteadyClock::now();
  const auto response = HttpClient({}).send({.url = server.url()}, util::Limit{}.within(200ms));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::kTimeout);
  EXPECT_THAT(response.error().message, HasSubstr("deadline exceeded"));
  EXPECT_LT(util::SteadyClock::now() - start, 5s);
}

TEST(HttpClient, TheStopEventInterruptsAtOnce) {
  TcpServer server(TcpServer::hanging());
  util::Event stop;
  std::thread stopper([&] {
    server.wait_for_connections(1);
    stop.set();
  });
  const auto response = HttpClient({}).send({.url = server.url()}, {.stop = &stop});
  stopper.join();
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::kStopped);
}

TEST(HttpClient, BodyOverTheLimitIsAnErrorOrIsCutAsAsked) {
  const std::string body(100'000, 'x');
  TcpServer server(TcpServer::answering("HTTP/1.1 200 OK\r\n\r\n" + body));
  const auto failed = send({.url = server.url(), .body_limit = 99'999});
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind, ErrorKind::kProtocol);

  const auto cut = send({.url = server.url(), .body_limit = 10, .excess = Excess::kDrop});
  ASSERT_TRUE(cut) << cut.error().message;
  EXPECT_EQ(cut->body, "xxxxxxxxxx");

  EXPECT_TRUE(send({.url = server.url(), .body_limit = 100'000}));
}

// --- redirects ---

std::string moved(int status, const std::string& to) {
  return "HTTP/1.1 " + std::to_string(status) + " Moved\r\nContent-Length: 0\r\nLocation: " + to +
         "\r\n\r\n";
}

TEST(HttpClient, RedirectIsAResponseUnlessFollowingWasAsked) {
  TcpServer server(TcpServer::answering(moved(302, "/elsewhere")));
  const auto response = send({.url = server.url()});
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 302);
  EXPECT_EQ(server.connections(), 1);
}

class Redirect : public testing::TestWithParam<std::pair<int, std::string>> {};

TEST_P(Redirect, KeepsTheMethodOnlyAfter307And308) {
  const auto [status, method] = GetParam();
  TcpServer target(TcpServer::answering(kOk));
  TcpServer server(TcpServer::answering(moved(status, target.url("/to"))));
  const auto response = send({.method = "POST",
                              .url = server.url(),
                              .headers = {{"Gitsync-Hash", "abc"}, {"Authorization", "sekret"}},
                              .redirects = Redirects::kFollow});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 200);
  EXPECT_THAT(
      target.requests().at(0),
      AllOf(StartsWith(method + " /to "), HasSubstr("Gitsync-Hash: abc"), Not(HasSubstr("sekret"))))
      << "the hash goes along, credentials stay with the first host";
}

INSTANTIATE_TEST_SUITE_P(All, Redirect,
                         testing::Values(std::pair(301, "GET"), std::pair(302, "GET"),
                                         std::pair(303, "GET"), std::pair(307, "POST"),
                                         std::pair(308, "POST")));

TEST(HttpClient, RelativeRedirectKeepsCredentials) {
  TcpServer server([](Peer& peer) {
    const bool first = peer.read_request().starts_with("GET /from");
    peer.send(first ? moved(302, "to") : std::string(kOk));
  });
  ASSERT_TRUE(send({.url = server.url("/from"),
                    .headers = {{"Authorization", "token"}},
                    .redirects = Redirects::kFollow}));
  EXPECT_THAT(server.requests().at(1),
              AllOf(StartsWith("GET /to "), HasSubstr("Authorization: token")));
}

TEST(HttpClient, RedirectLoopsEnd) {
  TcpServer server(TcpServer::answering(moved(302, "/again")));
  const auto response = send({.url = server.url(), .redirects = Redirects::kFollow});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::kProtocol);
  EXPECT_EQ(server.connections(), 11);
}

TEST(HttpClient, RedirectsToOtherProtocolsAreRefused) {
  TcpServer server(TcpServer::answering(moved(302, "file:///etc/passwd")));
  const auto response = send({.url = server.url(), .redirects = Redirects::kFollow});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::kProtocol);
}

// --- proxies and trust ---

TEST(HttpClient, ProxyIsAskedForOtherHostsButNeverForOurOwn) {
  TcpServer proxy(TcpServer::answering(kOk));
  TcpServer server(TcpServer::answering(kOk));
  const ClientOptions options{.proxies = {.http_proxy = "127.0.0.1:" + std::to_string(proxy.port()),
                                          .no_proxy = "internal.invalid"}};
  ASSERT_TRUE(send({.url = "http://example.invalid/x"}, options));
  EXPECT_THAT(proxy.requests().at(0), StartsWith("GET http://example.invalid/x HTTP/1.1\r\n"));
  ASSERT_TRUE(send({.url = server.url()}, options));
  ASSERT_TRUE(send({.url = "http://localhost:" + std::to_string(server.port()) + "/"}, options));
  EXPECT_FALSE(send({.url = "http://sub.internal.invalid/"}, options));
  EXPECT_EQ(proxy.connections(), 1);
}

TEST(HttpClient, ProxyGetsItsOwnCredentialsAndAnUnusableOneIsNotShown) {
  TcpServer proxy(TcpServer::answering(kOk));
  const std::string port = std::to_string(proxy.port());
  ASSERT_TRUE(send({.url = "http://example.invalid/"},
                   {.proxies = {.http_proxy = "http://a:%62@127.0.0.1:" + port}}));
  EXPECT_THAT(proxy.requests().at(0), HasSubstr("\r\nProxy-Authorization: Basic YTpi\r\n"));
  for (const std::string text : {"http://u:sekret@proxy:99999999", "ftp://u:sekret@p", "p:sekret",
                                 "http://u:se/kret@p:1", "p:1 ", "socks4://sekret"}) {
    const auto failed =
        send({.url = "https://example.invalid/"}, {.proxies = {.https_proxy = text}});
    ASSERT_FALSE(failed) << text;
    EXPECT_EQ(failed.error().kind, ErrorKind::kInvalid) << text;
    EXPECT_THAT(failed.error().message, AllOf(HasSubstr("proxy"), Not(HasSubstr("kret"))));
    EXPECT_FALSE(failed.error().hint.empty());
  }
}

}  // namespace
}  // namespace gitsync::net
