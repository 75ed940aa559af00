// SPDX-License-Identifier: Apache-2.0
// Servers as people write them for askpass and webhooks, and servers that mean harm
// (docs/contract.md#http-clients).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <chrono>

#include "net/http_client.h"
#include "support/tcp_server.h"

namespace gitsync::net {
namespace {

using namespace std::chrono_literals;
using test::Peer;
using test::TcpServer;
using util::ErrorKind;

util::Result<Response> get(const TcpServer& server, std::chrono::milliseconds limit = 10s) {
  return HttpClient({}).send({.method = "POST", .url = server.url()}, util::Limit{}.within(limit));
}

struct Case {
  std::string name;
  std::string bytes;
  int status;
  std::string body;
};

std::string name_of(const testing::TestParamInfo<Case>& test) { return test.param.name; }

class OddResponse : public testing::TestWithParam<Case> {};

TEST_P(OddResponse, IsUnderstood) {
  const auto& [name, bytes, status, body] = GetParam();
  TcpServer server(TcpServer::answering(bytes));
  const auto response = get(server);
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, status);
  EXPECT_EQ(response->body, body);
  EXPECT_EQ(server.connections(), 1);
}

TEST_P(OddResponse, IsUnderstoodWithoutTheServerReadingTheRequest) {
  const auto& [name, bytes, status, body] = GetParam();
  TcpServer server([&](Peer& peer) { peer.send(bytes); });  // then closes, which resets
  for (int i = 0; i < 20; ++i) {
    const auto response = get(server);
    ASSERT_TRUE(response) << response.error().message;
    EXPECT_EQ(response->status, status);
    EXPECT_EQ(response->body, body);
  }
  EXPECT_EQ(server.connections(), 20);
}

TEST_P(OddResponse, IsUnderstoodFromAServerThatHalfCloses) {
  const auto& [name, bytes, status, body] = GetParam();
  std::atomic<bool> closed = false;
  TcpServer server([&](Peer& peer) {
    peer.send(bytes);
    peer.shutdown_write();
    closed = peer.wait_until_closed();
    closed.notify_all();
  });
  const auto response = get(server);
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, status);
  EXPECT_EQ(response->body, body);
  closed.wait(false);  // the client must not hold the connection
}

INSTANTIATE_TEST_SUITE_P(
    All, OddResponse,
    testing::Values(
        Case{"BareNewlines", "HTTP/1.1 200 OK\nX: y\n\nbody\n", 200, "body\n"},
        Case{"NoHeaders", "HTTP/1.1 200 OK\n\nbody", 200, "body"},
        Case{"NoLength", "HTTP/1.0 200 OK\r\nA: b\r\n\r\nbody", 200, "body"},
        Case{"NoReason", "HTTP/1.1 200\r\n\r\nbody", 200, "body"},
        Case{"NoBody", "HTTP/1.1 204 No Content\n\n", 204, ""},
        Case{"ContinueFirst", "HTTP/1.1 100 Continue\n\nHTTP/1.1 200 OK\n\nb", 200, "b"},
        Case{"Chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n",
             200, "ab"},
        Case{"UndecodableEncoding", "HTTP/1.1 200 OK\nContent-Encoding: gzip\n\nraw", 200, "raw"}),
    name_of);

TEST(BadServer, StatusLineAloneIsAResponse) {
  TcpServer server(TcpServer::answering("HTTP/1.1 200 OK\n"));
  const auto response = get(server);
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 200);
}

TEST(BadServer, ResponseWithoutStatusLineHasStatusZero) {
  TcpServer server(TcpServer::answering("username=a\npassword=b\n"));
  const auto response = get(server);
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->status, 0);
  EXPECT_EQ(response->body, "username=a\npassword=b\n");
}

TEST(BadServer, TricklingBodyIsCutAtTheDeadline) {
  TcpServer server([](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\n\r\n");
    while (peer.send("x") && !peer.wait_until_closed_for(20ms)) {
    }
  });
  const auto start = util::SteadyClock::now();
  const auto response = get(server, 300ms);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::kTimeout);
  EXPECT_LT(util::SteadyClock::now() - start, 5s);
}

TEST(BadServer, EndlessBodyIsCutByItsSize) {
  TcpServer server([](Peer& peer) {
    const std::string block(65536, 'x');
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\n\r\n");
    while (peer.send(block)) {
    }
  });
  const auto response = get(server);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::kProtocol);
}

TEST(BadServer, EndlessHeadersAreCutByTheirSize) {
  for (const auto& line : {std::string("X: y\r\n"), std::string(4096, 'x')}) {
    TcpServer server([&](Peer& peer) {
      peer.read_request();
      peer.send("HTTP/1.1 200 OK\r\n");
      while (peer.send(line)) {
      }
    });
    const auto response = get(server);
    ASSERT_FALSE(response);
    EXPECT_EQ(response.error().kind, ErrorKind::kProtocol) << response.error().message;
  }
}

class BrokenResponse : public testing::TestWithParam<Case> {};

TEST_P(BrokenResponse, IsAnErrorOnOneConnection) {
  const auto& bytes = GetParam().bytes;
  TcpServer server(TcpServer::answering(bytes));
  const auto response = get(server);
  ASSERT_FALSE(response) << response->status << response->body;
  EXPECT_TRUE(response.error().kind == ErrorKind::kNetwork ||
              response.error().kind == ErrorKind::kProtocol);
  EXPECT_EQ(server.connections(), 1);
}

INSTANTIATE_TEST_SUITE_P(
    All, BrokenResponse,
    testing::Values(
        Case{"Empty", "", 0, ""}, Case{"BadStatus", "HTTP/1.1 abc\r\n\r\n", 0, ""},
        Case{"CutBody", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nbody", 0, ""},
        Case{"CutChunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nbody", 0, ""},
        Case{"BadChunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nz\r\n", 0, ""},
        Case{"NegativeLength", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", 0, ""},
        Case{"HeaderWithoutColon", "HTTP/1.1 200 OK\r\nnonsense\r\n\r\n", 0, ""},
        Case{"BlankBeforeHeader", "HTTP/1.1 200 OK\r\n A: b\r\n\r\n", 0, ""}),
    name_of);

TEST(BadServer, ResetInTheMiddleOfAnAnnouncedBodyIsAnError) {
  TcpServer server([](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nbody");
    peer.reset();
  });
  const auto response = get(server);
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind, ErrorKind::kNetwork);
}

TEST(BadServer, ResetAfterAnUnannouncedBodyIsItsEnd) {
  TcpServer server([](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\n\r\nbody");
    peer.reset();
  });
  const auto response = get(server);
  ASSERT_TRUE(response) << response.error().message;
  EXPECT_EQ(response->body, "body");
}

}  // namespace
}  // namespace gitsync::net
