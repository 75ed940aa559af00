// SPDX-License-Identifier: Apache-2.0
#include "net/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>

#include <atomic>
#include <chrono>
#include <thread>

#include "support/tcp_server.h"
#include "support/temp_dir.h"
#include "support/tls_server.h"
#include "util/files.h"

namespace gitsync::net {
namespace {

using namespace std::chrono_literals;
using test::Peer;
using test::TcpServer;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using util::ErrorKind;
using util::Result;

constexpr auto kOk = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nbody";

util::Limit in_time() { return util::Limit{}.within(20s); }

void answer_all(Peer& peer) { test::answer_all(peer, kOk); }

TEST(Session, ManyRequestsGoOverOneConnection) {
  TcpServer server(answer_all);
  Session session({});
  for (int i = 0; i < 50; ++i) {
    const auto response = session.send({.method = i % 2 == 0 ? "POST" : "GET",
                                        .url = server.url("/" + std::to_string(i)),
                                        .body = i % 2 == 0 ? "request" : ""},
                                       in_time());
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->body, "body");
  }
  EXPECT_EQ(server.connections(), 1);
  EXPECT_THAT(server.requests().at(2),
              AllOf(StartsWith("POST /2 HTTP/1.1\r\n"), testing::EndsWith("\r\n\r\nrequest")));
  EXPECT_THAT(server.requests().at(3), AllOf(StartsWith("GET /3 "), Not(HasSubstr("Content-"))))
      << "nothing of the request before is left";
}

TEST(Session, ManyRequestsGoOverOneTlsConnection) {
  const test::Authority authority;
  test::TlsServer server(authority.certify_server(), [](const std::string&) { return kOk; });
  const test::TempDir dir;
  const auto path = dir / "ca.pem";
  ASSERT_TRUE(util::write_file(path, authority.certificate()));
  Session session({.curl_trust = {.ca_file = path, .ca_directory = ""}});
  Session by_rule({.trust = std::make_shared<Trust>(TrustVariables{.cert_file = path})});
  Session without({.curl_trust = {.ca_file = "", .ca_directory = ""}});
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(session.send({.url = server.url()}, in_time()));
  EXPECT_EQ(server.connections(), 1);
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(by_rule.send({.url = server.url()}, in_time()));
  EXPECT_EQ(server.connections(), 2);
  EXPECT_FALSE(without.send({.url = server.url()}, in_time()));
}

TEST(Session, HeadComesBeforeTheBody) {
  TcpServer server(
      TcpServer::answering("HTTP/1.1 103 Early\r\nLink: x\r\n\r\n"
                           "HTTP/1.1 401 No\r\nContent-Type: text/x \r\n"
                           "WWW-Authenticate: Basic realm=\"r\"\r\n"
                           "retry-after: 7\r\nContent-Length: 4\r\n\r\nbody"));
  std::vector<std::string> seen;
  const auto note = [&](const std::string& what) {
    seen.push_back(what);
    return Result<void>();
  };
  const Sink sink{
      .head = [&](const ResponseHead& head) { return note(std::to_string(head.status)); },
      .body = [&](std::string_view bytes) { return note(std::string(bytes)); }};
  Session session({});
  const auto head = session.send({.url = server.url("/x y")}, sink, in_time());
  ASSERT_TRUE(head) << head.error().message;
  EXPECT_THAT(seen, ElementsAre("401", "body"));
  EXPECT_EQ(head->header("content-type"), "text/x");
  EXPECT_EQ(head->header("Www-Authenticate"), "Basic realm=\"r\"");
  EXPECT_EQ(head->header("Retry-After"), "7");
  EXPECT_EQ(head->header("Link"), "") << "of an interim response";
  EXPECT_EQ(head->url, server.url("/x%20y"));
  EXPECT_EQ(head->redirect_url, "");
}

TEST(Session, RedirectIsReturnedWithItsUrlMadeAbsoluteOrFollowed) {
  TcpServer server([](Peer& peer) {
    while (true) {
      const auto request = peer.read_request();
      if (request.empty()) return;
      peer.send(request.starts_with("GET /a")
                    ? "HTTP/1.1 302 Moved\r\nLocation: ../c d?e=f\r\nContent-Length: 5\r\n\r\nmoved"
                    : kOk);
    }
  });
  Session session({});
  const auto url = "http://u:p@127.0.0.1:" + std::to_string(server.port()) + "/a/b";
  const auto head = session.send({.url = url}, Sink{}, in_time());
  ASSERT_TRUE(head) << head.error().message;
  EXPECT_EQ(head->status, 302);
  EXPECT_THAT(head->redirect_url, StartsWith(server.url("/c")));

  const auto followed = session.send({.url = url, .redirects = Redirects::kFollow}, in_time());
  ASSERT_TRUE(followed) << followed.error().message;
  EXPECT_EQ(followed->body, "body") << "what the redirect said is dropped";
  EXPECT_THAT(server.requests().at(2),
              AllOf(StartsWith("GET /c%20d?e=f "), HasSubstr("Authorization: Basic dTpw")));
  EXPECT_EQ(server.connections(), 1);
}

std::size_t peak_kilobytes() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return static_cast<std::size_t>(usage.ru_maxrss);
}

TEST(Session, ALongBodyStreamsThroughLittleMemory) {
  constexpr std::size_t kSize = std::size_t{200} << 20;
  TcpServer server([](Peer& peer) {
    const std::string block(std::size_t{1} << 20, 'x');
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: " + std::to_string(kSize) + "\r\n\r\n");
    for (std::size_t sent = 0; sent < kSize; sent += block.size()) peer.send(block);
  });
  std::size_t received = 0;
  std::size_t longest = 0;
  const Sink sink{.body = [&](std::string_view bytes) -> Result<void> {
    received += bytes.size();
    longest = std::max(longest, bytes.size());
    return {};
  }};
  Session session({});
  const auto before = peak_kilobytes();
  const auto head = session.send({.url = server.url()}, sink, util::Limit{}.within(100s));
  ASSERT_TRUE(head) << head.error().message;
  EXPECT_EQ(received, kSize);
  EXPECT_LE(longest, std::size_t{128} << 10);
  EXPECT_LT(peak_kilobytes() - before, 64U * 1024);  // sanitizers need some, too
}

TEST(Session, ABodyInMemoryHasALimit) {
  TcpServer server(answer_all);
  Session session({});
  const auto response = session.send({.url = server.url(), .body_limit = 3}, in_time());
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::kProtocol);
}

TEST(Session, ASinkThatRefusesEndsTheTransferWithItsOwnError) {
  TcpServer server([](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\n\r\n");
    while (peer.send("xxxxxxxxxx")) {
    }
  });
  Session session({});
  const auto refuse = [] { return util::fail(ErrorKind::kCorrupt, "bad pack", "a hint"); };
  const Sink in_body{.body = [&](std::string_view) -> Result<void> { return refuse(); }};
  const Sink in_head{.head = [&](const ResponseHead&) -> Result<void> { return refuse(); }};
  for (const auto& sink : {in_body, in_head}) {
    const auto head = session.send({.url = server.url()}, sink, in_time());
    ASSERT_FALSE(head);
    EXPECT_EQ(head.error().kind, ErrorKind::kCorrupt);
    EXPECT_THAT(head.error().message, HasSubstr("bad pack"));
    EXPECT_EQ(head.error().hint, "a hint");
  }
  EXPECT_EQ(server.connections(), 2) << "what is half read cannot be used again";
}

TEST(Session, TheStopEventInterruptsABodyAtOnceAndTheSessionGoesOn) {
  std::atomic<bool> first = true;
  TcpServer server([&](Peer& peer) {
    if (!first.exchange(false)) return answer_all(peer);
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
    peer.wait_until_closed();
  });
  util::Event stop;
  const Sink sink{.body = [&](std::string_view) -> Result<void> {
    stop.set();
    return {};
  }};
  Session session({});
  const auto start = util::SteadyClock::now();
  const auto head = session.send({.url = server.url()}, sink, {.stop = &stop});
  ASSERT_FALSE(head);
  EXPECT_EQ(head.error().kind, ErrorKind::kStopped);
  EXPECT_LT(util::SteadyClock::now() - start, 5s);
  EXPECT_TRUE(session.send({.url = server.url()}, in_time()));
  EXPECT_EQ(server.connections(), 2);
}

TEST(Session, ABodyThatStopsComingIsCutAtTheDeadlineAndNotRepeated) {
  TcpServer server([](Peer& peer) {
    peer.read_request();
    peer.send(kOk);
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nhalf");
    peer.wait_until_closed();
  });
  Session session({.patience = 1s});
  ASSERT_TRUE(session.send({.url = server.url()}, in_time()));
  const auto response = session.send({.url = server.url()}, util::Limit{}.within(3s));
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::kTimeout);
  EXPECT_EQ(server.connections(), 1);
}

// --- kept connections that are dead ---

// Answers one request on the first connection, then `dies`; later connections are healthy.
struct DyingServer {
  explicit DyingServer(const std::function<void(Peer&)>& dies)
      : server([this, dies](Peer& peer) {
          if (!first.exchange(false)) return answer_all(peer);
          peer.read_request();
          peer.send(kOk);
          dies(peer);
          dead = true;
          dead.notify_all();
        }) {}

  std::atomic<bool> first = true;
  std::atomic<bool> dead = false;
  TcpServer server;
};

TEST(Session, AServerThatClosesIdleConnectionsIsNoError) {
  DyingServer dying([](Peer& peer) { peer.reset(); });
  Session session({});
  ASSERT_TRUE(session.send({.url = dying.server.url()}, in_time()));
  dying.dead.wait(false);
  for (int i = 0; i < 3; ++i) {
    const auto response = session.send({.url = dying.server.url()}, in_time());
    ASSERT_TRUE(response) << response.error().message;
  }
  EXPECT_EQ(dying.server.connections(), 2);
}

TEST(Session, AKeptConnectionThatIsClosedOnTheRequestIsReplaced) {
  for (const bool reset : {false, true}) {
    DyingServer dying([&](Peer& peer) {
      peer.read_request();
      if (reset) peer.reset();
    });
    Session session({});
    ASSERT_TRUE(session.send({.url = dying.server.url()}, in_time()));
    const auto response =
        session.send({.method = "POST", .url = dying.server.url(), .body = "again"}, in_time());
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->body, "body");
    EXPECT_EQ(dying.server.connections(), 2);
    EXPECT_THAT(dying.server.requests().at(2), testing::EndsWith("again"));
  }
}

TEST(Session, AKeptConnectionThatStaysSilentIsReplaced) {
  DyingServer dying([](Peer& peer) { peer.wait_until_closed(); });
  Session session({.patience = 1s});
  ASSERT_TRUE(session.send({.url = dying.server.url()}, in_time()));
  const auto start = util::SteadyClock::now();
  const auto response =
      session.send({.method = "POST", .url = dying.server.url(), .body = "again"}, in_time());
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_GE(util::SteadyClock::now() - start, 1s);
  EXPECT_EQ(dying.server.connections(), 2);
  EXPECT_TRUE(session.send({.url = dying.server.url()}, in_time()));
  EXPECT_EQ(dying.server.connections(), 2) << "the fresh one is kept";
}

TEST(Session, AShortLimitLeavesTimeForAFreshConnection) {
  DyingServer dying([](Peer& peer) { peer.wait_until_closed(); });
  Session session({.patience = 1h});
  ASSERT_TRUE(session.send({.url = dying.server.url()}, in_time()));
  EXPECT_TRUE(session.send({.url = dying.server.url()}, util::Limit{}.within(4s)));
}

TEST(Session, ARequestIsRepeatedOnlyOnce) {
  std::atomic<int> connections = 0;
  TcpServer dead_later([&](Peer& peer) {
    peer.read_request();
    if (++connections > 1) return;
    peer.send(kOk);
    peer.read_request();
  });
  Session session({});
  ASSERT_TRUE(session.send({.url = dead_later.url()}, in_time()));
  const auto response = session.send({.url = dead_later.url()}, in_time());
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::kNetwork);
  EXPECT_EQ(dead_later.connections(), 2);
}

TEST(Session, AFreshConnectionMayBeSilentAsLongAsItLikes) {
  TcpServer server([](Peer& peer) {
    peer.read_request();
    peer.wait_until_closed_for(500ms);
    peer.send(kOk);
  });
  Session session({.patience = 50ms});
  EXPECT_TRUE(session.send({.url = server.url()}, in_time()));
  EXPECT_EQ(server.connections(), 1);
}

TEST(Session, AServerThatIsAlwaysSlowIsNotAskedTwice) {
  TcpServer server([](Peer& peer) {
    while (!peer.read_request().empty()) {
      peer.wait_until_closed_for(1s);
      peer.send(kOk);
    }
  });
  Session session({.patience = 500ms});
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(session.send({.url = server.url()}, in_time()));
  EXPECT_EQ(server.connections(), 1);
  EXPECT_EQ(server.requests().size(), 3U);
}

// Answers the first request of a connection at once, and each later one after a silence.
TcpServer::Handler silent_for(std::vector<std::chrono::milliseconds> times) {
  return [times = std::move(times)](Peer& peer) {
    peer.read_request();
    peer.send(kOk);
    for (const auto& time : times) {
      if (peer.read_request().empty() || peer.wait_until_closed_for(time)) return;
      peer.send(kOk);
    }
    peer.wait_until_closed();
  };
}

TEST(Session, ARequestMayHaveMorePatienceThanTheSession) {
  TcpServer server(silent_for({500ms}));
  Session session({.patience = 50ms});
  ASSERT_TRUE(session.send({.url = server.url()}, in_time()));
  const auto response = session.send({.url = server.url(), .patience = 1h}, in_time());
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(server.connections(), 1);
  EXPECT_EQ(server.requests().size(), 2U) << "it is not asked twice";
}

TEST(Session, ARequestMayHaveLessPatienceThanTheSession) {
  DyingServer dying([](Peer& peer) { peer.wait_until_closed(); });
  Session session({.patience = 1h});
  ASSERT_TRUE(session.send({.url = dying.server.url()}, in_time()));
  const auto response = session.send({.url = dying.server.url(), .patience = 100ms}, {});
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(dying.server.connections(), 2);
}

TEST(Session, PatienceOfARequestEndsInTimeForAFreshConnection) {
  DyingServer dying([](Peer& peer) { peer.wait_until_closed(); });
  Session session({.patience = 50ms});
  ASSERT_TRUE(session.send({.url = dying.server.url()}, in_time()));
  EXPECT_TRUE(session.send({.url = dying.server.url(), .patience = 1h}, util::Limit{}.within(4s)));
  EXPECT_EQ(dying.server.connections(), 2);
}

// Nothing is learned of the server from what is known to take long.
TEST(Session, PatienceOfARequestIsNotThatOfOthers) {
  TcpServer server(silent_for({1500ms, 2500ms}));
  Session session({.patience = 200ms});
  ASSERT_TRUE(session.send({.url = server.url()}, in_time()));
  ASSERT_TRUE(session.send({.url = server.url(), .patience = 1h}, in_time()));
  EXPECT_EQ(server.connections(), 1);
  EXPECT_TRUE(session.send({.url = server.url()}, in_time()));
  EXPECT_EQ(server.connections(), 2) << "the silent one is replaced";
}

TEST(Session, ResponsesWithoutAStatusLineAreRefused) {
  TcpServer server(TcpServer::answering("username=a\n"));
  Session session({});
  const auto response = session.send({.url = server.url()}, in_time());
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::kProtocol) << response.error().message;
}

TEST(Session, DisconnectAndMovesKeepItUsable) {
  TcpServer server(answer_all);
  Session session({});
  ASSERT_TRUE(session.send({.url = server.url()}, in_time()));
  session.disconnect();
  Session moved = std::move(session);
  ASSERT_TRUE(moved.send({.url = server.url()}, in_time()));
  EXPECT_EQ(server.connections(), 2);
}

TEST(Session, ProxiesAreUsedByTheSameRules) {
  TcpServer proxy(answer_all);
  Session session({.proxies = {.http_proxy = proxy.url(""), .no_proxy = "*.svc"}});
  ASSERT_TRUE(session.send({.url = "http://one.invalid/"}, in_time()));
  ASSERT_TRUE(session.send({.url = "http://two.invalid/"}, in_time()));
  EXPECT_FALSE(session.send({.url = "http://x.svc/"}, in_time()));
  EXPECT_EQ(proxy.requests().size(), 2U);
}

}  // namespace
}  // namespace gitsync::net
