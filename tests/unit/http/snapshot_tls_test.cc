// SPDX-License-Identifier: Apache-2.0
// Snapshots over TLS: what is carried, certificates that are renewed, and both ends of a
// connection.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ctime>
#include <string>
#include <thread>

#include "unit/http/snapshot_fixture.h"
#include "unit/http/tls_client.h"

namespace gitsync::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

class SnapshotTlsTest : public SnapshotFixture {
 protected:
  // Bytes of no pattern that a mistake in an offset would keep.
  static std::string noise(std::size_t size) {
    std::string text(size, '\0');
    std::uint64_t state = 88172645463325252ULL;
    for (char& c : text) {
      state ^= state << 13;
      state ^= state >> 7;
      state ^= state << 17;
      c = static_cast<char>(state);
    }
    return text;
  }
  bool trusts_server() const {
    auto once = session();
    return once
        .send({.url = "https://127.0.0.1:" + std::to_string(port()) + "/main.json"},
              {.deadline = util::SteadyClock::now() + seconds(30)})
        .has_value();
  }
};

TEST_F(SnapshotTlsTest, FortyMegabytesArriveAsTheyAreAtTwoClientsAtOnce) {
  const std::string archive = noise(std::size_t{40} << 20);
  publish("main.tar.gz", archive);
  start(with_tls());
  const auto check = [&] {
    const auto answer = ask("/main.tar.gz");
    EXPECT_EQ(answer.status, 200);
    EXPECT_TRUE(answer.body == archive);
  };
  const std::jthread other(check);
  check();
}

TEST_F(SnapshotTlsTest, PartsAndPointersAndManyRequestsOnOneConnection) {
  publish("main.json", "{}");
  publish("main.tar.gz", "0123456789");
  start(with_tls());
  auto kept = session();
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(ask(kept, "/main.json").body, "{}");
    EXPECT_EQ(ask(kept, "/main.tar.gz", {{"Range", "bytes=2-4"}}).body, "234");
    EXPECT_EQ(ask(kept, "/none.json").status, 404);
  }
  EXPECT_EQ(kept.traffic().connections, 1U);
}

TEST_F(SnapshotTlsTest, ALongPollIsReleased) {
  publish("main.json", "1");
  start(with_tls());
  const TlsClient client(port());
  ASSERT_TRUE(client.shake_hands());
  client.send(
      "GET /main.json HTTP/1.1\r\nHost: x\r\nConnection: close\r\nPrefer: wait=60\r\n"
      "If-None-Match: " +
      ask("/main.json")["ETag"] + "\r\n\r\n");
  ask("/none.json");
  publish("main.json", "2");
  server_->changed();
  EXPECT_EQ(body_of(client.read_all()), "2");
}

TEST_F(SnapshotTlsTest, ARenewedCertificateIsShownToNewConnections) {
  publish("main.json", "{}");
  start(with_tls());
  auto old = session();
  EXPECT_EQ(ask(old, "/main.json").status, 200);
  const test::Authority next("Next authority");
  renew_certificate(next);
  EXPECT_TRUE(trusts_server());
  util::write_file(ca_, authority_.certificate()).value();
  EXPECT_FALSE(trusts_server());
  EXPECT_EQ(ask(old, "/main.json").status, 200);
  EXPECT_EQ(old.traffic().connections, 1U);
}

TEST_F(SnapshotTlsTest, ABrokenNewPairKeepsTheOldOneAndIsLoggedOnce) {
  publish("main.json", "{}");
  start(with_tls());
  put(key_, authority_.certify_server().key);  // of another certificate
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(trusts_server());
  const std::string line = "the certificate for snapshots stays as it was";
  EXPECT_THAT(log_.text(), HasSubstr(line));
  EXPECT_EQ(log_.text().find(line), log_.text().rfind(line));
  EXPECT_THAT(log_.text(), HasSubstr("not the key of the certificate"));
  EXPECT_THAT(log_.text(), Not(HasSubstr("PRIVATE KEY")));
  renew_certificate(authority_);
  EXPECT_TRUE(trusts_server());
}

TEST_F(SnapshotTlsTest, OldVersionsAreRefused) {
  start(with_tls());
  EXPECT_FALSE(TlsClient(port(), TLS1_1_VERSION).shake_hands());
  EXPECT_TRUE(TlsClient(port(), TLS1_2_VERSION).shake_hands());
  EXPECT_TRUE(TlsClient(port(), TLS1_3_VERSION).shake_hands());
}

TEST_F(SnapshotTlsTest, WhoSpeaksNoTlsGetsNoAnswer) {
  publish("main.json", "{}");
  start(with_tls());
  EXPECT_THAT(request(port(), "GET /main.json"), Not(HasSubstr("HTTP/1.1")));
}

TEST_F(SnapshotTlsTest, AClientThatStallsInItsHandshakeIsCutOff) {
  auto options = with_tls();
  options.request_deadline = milliseconds(300);
  start(options);
  const auto before = open_descriptors();
  {
    const Client silent(port());
    const Client half(port());
    half.send("\x16\x03\x01\x02");  // the beginning of a record
    EXPECT_TRUE(silent.ended_within(seconds(20)));
    EXPECT_TRUE(half.ended_within(seconds(20)));
  }
  EXPECT_TRUE(eventually([&] { return open_descriptors() == before; }));
}

TEST_F(SnapshotTlsTest, AClientThatSaysNothingAfterItsHandshakeIsCutOff) {
  auto options = with_tls();
  options.request_deadline = seconds(3);
  start(options);
  const TlsClient silent(port());
  ASSERT_TRUE(silent.shake_hands());
  EXPECT_EQ(silent.read_all(), "");
}

TEST_F(SnapshotTlsTest, AConnectionEndsWithCloseNotify) {
  publish("main.json", "{}");
  start(with_tls());
  const TlsClient client(port());
  ASSERT_TRUE(client.shake_hands());
  client.send("GET /main.json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  bool ended = false;
  EXPECT_EQ(body_of(client.read_all(&ended)), "{}");
  EXPECT_TRUE(ended);
}

TEST_F(SnapshotTlsTest, AClientThatHasEndedItsSideGetsTheWholeAnswer) {
  const std::string archive = noise(std::size_t{3} << 20);  // more than sockets and buffers hold
  publish("main.tar.gz", archive);
  start(with_tls());
  const std::string get = "GET /main.tar.gz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
  const TlsClient by_notice(port());
  ASSERT_TRUE(by_notice.shake_hands());
  by_notice.send(get);
  by_notice.finish_sending();
  EXPECT_TRUE(body_of(by_notice.read_all()) == archive);
  const TlsClient by_tcp(port());
  ASSERT_TRUE(by_tcp.shake_hands());
  by_tcp.send(get);
  by_tcp.tcp().finish_sending();
  EXPECT_TRUE(body_of(by_tcp.read_all()) == archive);
}

TEST_F(SnapshotTlsTest, WhatAClientSendsTooMuchDoesNotCutItsAnswerShort) {
  publish("main.json", "{}");
  start(with_tls());
  const TlsClient client(port());
  ASSERT_TRUE(client.shake_hands());
  client.send("GET /main.json HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n" +
              std::string(100000, 'x'));
  EXPECT_EQ(body_of(client.read_all()), "{}");
}

TEST_F(SnapshotTlsTest, AClientThatReadsNothingIsCutOffAndCostsNoCpuMeanwhile) {
  publish("main.tar.gz", noise(std::size_t{32} << 20));
  publish("main.json", "{}");
  auto options = with_tls();
  options.idle_deadline = seconds(2);
  start(options);
  const auto before = open_descriptors();
  const TlsClient client(port());
  ASSERT_TRUE(client.shake_hands());
  client.send("GET /main.tar.gz HTTP/1.1\r\nHost: x\r\n\r\n");
  ASSERT_TRUE(client.tcp().is_readable());
  ask("/main.json");  // the buffers are full now, or nearly
  const std::clock_t begin = std::clock();
  // Two on our side; the server's for this client are gone.
  EXPECT_TRUE(eventually([&] { return open_descriptors() <= before + 1; }));
  EXPECT_LT(std::clock() - begin, CLOCKS_PER_SEC / 2);
  EXPECT_EQ(ask("/main.json").status, 200);
}

TEST_F(SnapshotTlsTest, StopsAtOnceWhateverClientsDo) {
  publish("main.tar.gz", noise(std::size_t{32} << 20));
  start(with_tls());
  const TlsClient silent(port());
  const TlsClient idle(port());
  const TlsClient stalled(port());
  const TlsClient waiting(port());
  ASSERT_TRUE(idle.shake_hands() && stalled.shake_hands() && waiting.shake_hands());
  stalled.send("GET /main.tar.gz HTTP/1.1\r\nHost: x\r\n\r\n");
  waiting.send("GET /none.json HTTP/1.1\r\nHost: x\r\nPrefer: wait=60\r\n\r\n");
  ASSERT_TRUE(stalled.tcp().is_readable());
  server_.reset();
  for (const auto* client : {&silent, &idle, &stalled, &waiting}) {
    EXPECT_TRUE(client->tcp().ended_within(seconds(20)));
  }
}

}  // namespace
}  // namespace gitsync::http
