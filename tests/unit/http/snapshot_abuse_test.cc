// SPDX-License-Identifier: Apache-2.0
// Slow and hostile clients of the snapshot server.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <string>

#include "unit/http/snapshot_fixture.h"

namespace gitsync::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;
using testing::StartsWith;

class SnapshotAbuseTest : public SnapshotFixture {
 protected:
  // Sends a byte now and then until the server has had enough.
  static bool is_cut_off_while_it_trickles(const Client& client, std::string_view beginning) {
    client.send(beginning);
    for (int i = 0; i < 1000; ++i) {
      if (client.ended_within(milliseconds(20))) return true;
      client.send("a");
    }
    return false;
  }
};

TEST_F(SnapshotAbuseTest, WhoAsksNothingOrSlowlyIsCutOff) {
  start({.request_deadline = milliseconds(300)});
  EXPECT_TRUE(Client(port()).ended_within(seconds(20)));
  EXPECT_TRUE(is_cut_off_while_it_trickles(Client(port()), "GET /main.json HTTP/1.1\r\nX: "));
  EXPECT_TRUE(is_cut_off_while_it_trickles(
      Client(port()), "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n"));
}

TEST_F(SnapshotAbuseTest, AConnectionWithoutAnotherRequestIsClosed) {
  publish("main.json", "{}");
  start({.idle_deadline = seconds(1)});
  const Client client(port());
  client.send("GET /main.json HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.read_all(), HasSubstr("{}"));
}

TEST_F(SnapshotAbuseTest, ALongPollMayTakeLongerThanAnIdleConnection) {
  publish("main.json", "1");
  start({.request_deadline = seconds(2), .idle_deadline = seconds(1)});
  const std::string tag = ask("/main.json")["ETag"];
  EXPECT_EQ(ask("/main.json", {{"If-None-Match", tag}, {"Prefer", "wait=3"}}).status, 304);
}

TEST_F(SnapshotAbuseTest, WhoDoesNotReadIsCutOff) {
  publish("main.tar.gz", std::string(std::size_t{32} << 20, 'a'));
  start({.idle_deadline = seconds(1)});
  const auto before = open_descriptors();
  const Client client(port());
  client.send("GET /main.tar.gz HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(client.is_readable());
  EXPECT_TRUE(eventually([&] { return open_descriptors() == before + 1; }));  // ours
}

TEST_F(SnapshotAbuseTest, AFloodFromOneAddressCostsItselfAndNotTheOthers) {
  for (const bool tls : {false, true}) {
    publish("main.json", "1");
    auto options = tls ? with_tls() : SnapshotServerOptions{};
    options.max_connections = 20;
    start(options);
    auto reader = session();
    EXPECT_EQ(ask(reader, "/main.json").status, 200);
    std::deque<Client> flood;
    for (int i = 0; i < 100; ++i) flood.emplace_back(port(), "127.0.0.2").send("GET /none.json");
    EXPECT_EQ(ask(reader, "/main.json").status, 200) << tls;
    EXPECT_EQ(reader.traffic().connections, 1U) << tls;
    EXPECT_EQ(ask("/main.json").status, 200) << tls;
    EXPECT_TRUE(flood.front().ended_within(seconds(20))) << tls;
  }
}

TEST_F(SnapshotAbuseTest, LongPollsOfOneAddressDoNotKeepTheOthersOut) {
  start({.max_connections = 10});
  std::deque<Client> flood;
  for (int i = 0; i < 30; ++i) {
    flood.emplace_back(port(), "127.0.0.2")
        .send("GET /none.json HTTP/1.1\r\nHost: x\r\nPrefer: wait=60\r\n\r\n");
  }
  EXPECT_EQ(ask("/none.json").status, 404);
  // Which one is the oldest depends on whose request was read first.
  EXPECT_TRUE(std::ranges::any_of(
      flood, [](const Client& client) { return client.ended_within(seconds(1)); }));
}

TEST_F(SnapshotAbuseTest, LargeHeadersAndBodiesAreRefused) {
  start();
  EXPECT_THAT(request(port(), "GET /" + std::string(100000, 'a')), HasSubstr(" 414 "));
  EXPECT_THAT(request(port(), "GET /", "X: " + std::string(100000, 'a') + "\r\n\r\n"),
              HasSubstr(" 431 "));
  const Client client(port());
  client.send("POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "10000\r\n" + std::string(65536, 'a') + "\r\n";
  bool is_open = true;
  for (int i = 0; i < 1000 && is_open; ++i) is_open = client.send(chunk);
  EXPECT_FALSE(is_open);
}

TEST_F(SnapshotAbuseTest, RequestsThatAreSentAheadAreAnsweredInTurn) {
  publish("main.json", "1");
  start();
  const Client client(port());
  std::string requests;
  for (int i = 0; i < 50; ++i) requests += "GET /main.json HTTP/1.1\r\nHost: x\r\n\r\n";
  client.send(requests + "GET /none.json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string answer = client.read_all();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(answer, HasSubstr("HTTP/1.1 404 "));
}

}  // namespace
}  // namespace gitsync::http
