// SPDX-License-Identifier: Apache-2.0
// Manners of servers during a fetch that real ones seldom have. Real ones:
// http_fetch_server_test.cc.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "net/session.h"
#include "source/http_transport.h"
#include "support/fetch_scenario.h"
#include "support/http_transport_fixture.h"

namespace gitsync::test {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
using util::Cause;
using util::ErrorKind;

constexpr auto kResult = "application/x-git-upload-pack-result";
const git::ObjectId kWanted = git::ObjectId::from_hex(kTip).value();

std::string pack_answer() {
  return packet("packfile\n") + packet("\2Counting\n") + packet("\1PACK") + packet("\1 end") +
         "0000";
}
bool is_fetch(const std::string& request) { return request.contains("command=fetch"); }

class HttpFetchTest : public HttpTransportTest {
 protected:
  Fetched fetch(const util::Limit& limit = in_time()) {
    EXPECT_TRUE(credentials->for_pass(limit));
    return fetch_from(*transport, {.wants = {kWanted}, .deepen = 1}, limit);
  }
};

TEST_F(HttpFetchTest, TheRequestLooksAsGitSendsIt) {
  AnsweringServer server([](const std::string& request) {
    return is_fetch(request) ? response("200 OK", kResult, pack_answer()) : answer_v2(request);
  });
  transport_to(server.url("/repo"));
  EXPECT_EQ(tip_of(), kTip);
  const auto fetched = fetch();
  EXPECT_EQ(fetched.error.message, "");
  EXPECT_EQ(fetched.pack, "PACK end");
  EXPECT_THAT(fetched.progress, ElementsAre("Counting"));
  EXPECT_THAT(server.lines(),
              ElementsAre("GET /repo/info/refs?service=git-upload-pack",
                          "POST /repo/git-upload-pack", "POST /repo/git-upload-pack"));
  EXPECT_EQ(server.connections(), 1);
  const auto request = server.requests().back();
  for (const auto* part :
       {"\r\nContent-Type: application/x-git-upload-pack-request\r\n",
        "\r\nAccept: application/x-git-upload-pack-result\r\n", "\r\nGit-Protocol: version=2\r\n",
        "\r\nUser-Agent: git/", "0012command=fetch\n"}) {
    EXPECT_THAT(request, HasSubstr(part));
  }
  EXPECT_THAT(request, testing::EndsWith("0032want " + kTip + "\n0009done\n0000"));
}

class FetchSurprise : public HttpFetchTest, public testing::WithParamInterface<const char*> {};

TEST_P(FetchSurprise, BringsFirstContactOnceMoreIfNothingHasArrived) {
  std::atomic<bool> surprising = true;
  AnsweringServer server([&](const std::string& request) {
    if (!is_fetch(request)) return answer_v2(request);
    if (surprising.exchange(false)) return std::string(GetParam());
    return response("200 OK", kResult, pack_answer());
  });
  transport_to(server.url("/repo"));
  EXPECT_EQ(tip_of(), kTip);
  const auto fetched = fetch();
  EXPECT_EQ(fetched.error.message, "");
  EXPECT_EQ(fetched.pack, "PACK end");
  EXPECT_THAT(server.lines(), ElementsAre(StartsWith("GET"), StartsWith("POST"), StartsWith("POST"),
                                          StartsWith("GET"), StartsWith("POST")));
  EXPECT_EQ(fetch().pack, "PACK end");
  EXPECT_EQ(server.count(), 6U);
}

INSTANTIATE_TEST_SUITE_P(
    All, FetchSurprise,
    testing::Values("HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n",
                    "HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n",
                    "HTTP/1.1 502 No\r\nContent-Length: 0\r\n\r\n",
                    "HTTP/1.1 307 No\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n",
                    "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 6\r\n\r\n<html>",
                    "HTTP/1.1 200 OK\r\nContent-Type: application/x-git-upload-pack-result\r\n"
                    "Content-Length: 0\r\n\r\n"));

TEST_F(HttpFetchTest, AKeptConnectionThatIsDroppedBeforeTheAnswerIsReplacedOnce) {
  std::atomic<bool> dropping = true;
  AnsweringServer server([&](const std::string& request) {
    if (!is_fetch(request)) return answer_v2(request);
    if (dropping.exchange(false)) return std::string();
    return response("200 OK", kResult, pack_answer());
  });
  transport_to(server.url("/repo"));
  EXPECT_EQ(tip_of(), kTip);
  EXPECT_EQ(fetch().pack, "PACK end");
  EXPECT_EQ(server.connections(), 2);
}

struct Failure {
  std::string name;
  std::string answer;  // to the fetch
  ErrorKind kind;
  Cause cause;
  std::string pack = "";
};

// Longer than a kept connection may be silent after a question; it has just answered one.
TEST_F(HttpFetchTest, AServerThatCountsForLongIsNotAskedTwice) {
  TcpServer server([](Peer& peer) {
    for (auto request = peer.read_request(); !request.empty(); request = peer.read_request()) {
      if (is_fetch(request) && peer.wait_until_closed_for(net::SessionOptions{}.patience + 1s)) {
        return;
      }
      peer.send(is_fetch(request) ? response("200 OK", kResult, pack_answer())
                                  : answer_v2(request));
    }
  });
  transport_to(server.url("/repo"));
  EXPECT_EQ(tip_of(), kTip);
  const auto fetched = fetch(util::Limit{}.within(1h));
  EXPECT_EQ(fetched.error.message, "");
  EXPECT_EQ(fetched.pack, "PACK end");
  EXPECT_EQ(server.connections(), 1);
}

TEST_F(HttpFetchTest, WhatTheServerHasSaidOfAFetchIsFinal) {
  const std::string head = std::string("HTTP/1.1 200 OK\r\nContent-Type: ") + kResult + "\r\n";
  const auto whole = pack_answer();
  const auto cut = whole.substr(0, whole.size() - 4);
  const std::vector<Failure> kTable{
      {"gone", response("200 OK", kResult, packet("ERR upload-pack: not our ref " + kTip)),
       ErrorKind::kMoved, Cause::kCommitNotServed},
      {"cut", head + "Content-Length: 1000\r\n\r\n" + cut, ErrorKind::kNetwork,
       Cause::kConnectionBroke, "PACK end"},
      {"cut chunks", head + "Transfer-Encoding: chunked\r\n\r\n10\r\n" + packet("packfile\n"),
       ErrorKind::kNetwork, Cause::kConnectionBroke},
      {"no end", response("200 OK", kResult, cut), ErrorKind::kNetwork, Cause::kConnectionBroke,
       "PACK end"},
      {"band 3", response("200 OK", kResult, packet("packfile\n") + packet("\3no more\n")),
       ErrorKind::kProtocol, Cause::kUnknown},
      {"band 3 in git's words",
       response("200 OK", kResult,
                packet("packfile\n") + packet("\1PACK") +
                    packet("\3aborting due to possible repository corruption on the remote side")),
       ErrorKind::kNetwork, Cause::kServerShortOfMemory, "PACK"},
      {"nonsense", response("200 OK", kResult, "nonsense"), ErrorKind::kProtocol,
       Cause::kNoGitServer},
      {"refs", response("200 OK", kResult, packet(kTip + " refs/heads/main\n") + "0000"),
       ErrorKind::kProtocol, Cause::kUnknown},
      {"too often", response("429 Wait", "text/plain", "wait", "Retry-After: 7\r\n"),
       ErrorKind::kNetwork, Cause::kRateLimited},
  };
  for (const auto& [name, answer, kind, cause, pack] : kTable) {
    TcpServer server([&](Peer& peer) {
      for (auto request = peer.read_request(); !request.empty(); request = peer.read_request()) {
        peer.send(is_fetch(request) ? answer : answer_v2(request));
        if (is_fetch(request)) return;
      }
    });
    transport_to(server.url("/repo"));
    EXPECT_EQ(tip_of(), kTip);
    const auto fetched = fetch();
    EXPECT_EQ(fetched.error.kind, kind) << name << fetched.error.message;
    EXPECT_EQ(fetched.error.cause, cause) << name << fetched.error.message;
    EXPECT_EQ(fetched.pack, pack) << name;
    EXPECT_THAT(fetched.error.message, StartsWith("POST http://")) << name;
    auto requests = server.requests();
    EXPECT_EQ(std::ranges::count_if(requests, is_fetch), 1) << name;
  }
  EXPECT_EQ(transport->retry_after(), 7s) << "of the last one";
}

TEST_F(HttpFetchTest, ASinkThatFailsEndsItWithItsOwnError) {
  AnsweringServer server([](const std::string& request) {
    return is_fetch(request) ? response("200 OK", kResult, pack_answer()) : answer_v2(request);
  });
  transport_to(server.url("/repo"));
  EXPECT_EQ(tip_of(), kTip);
  const auto fetched =
      transport->fetch({.wants = {kWanted}}, {.pack = [](std::string_view) -> util::Result<void> {
                         return util::fail(ErrorKind::kLocal, "it is full");
                       }},
                       in_time());
  ASSERT_FALSE(fetched);
  EXPECT_EQ(fetched.error().message, "it is full");
  EXPECT_EQ(server.count(), 3U);
}

// Sends the beginning of a pack, and no more.
void stall(Peer& peer) {
  for (auto request = peer.read_request(); !request.empty(); request = peer.read_request()) {
    if (!is_fetch(request)) {
      peer.send(answer_v2(request));
      continue;
    }
    const auto whole = response("200 OK", kResult, pack_answer());
    peer.send(std::string_view(whole).substr(0, whole.size() - 4));
    peer.wait_until_closed();
    return;
  }
}

TEST_F(HttpFetchTest, AStalledPackEndsWithTheLimitTheStopOrTheUsersLowSpeed) {
  TcpServer server(stall);
  transport_to(server.url("/repo"));
  EXPECT_EQ(fetch(util::Limit{}.within(500ms)).error.kind, ErrorKind::kTimeout);
  util::Event stop;
  const auto stopped =
      transport->fetch({.wants = {kWanted}}, {.pack = [&](std::string_view) -> util::Result<void> {
                         stop.set();
                         return {};
                       }},
                       {.stop = &stop});
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().kind, ErrorKind::kStopped);
  source::HttpSettings settings;
  settings.curl.low_speed = {.bytes_per_second = 1000, .time = 3s};
  transport_to(server.url("/repo"), settings);
  const auto slow = fetch();
  EXPECT_EQ(slow.error.kind, ErrorKind::kNetwork) << slow.error.message;
  EXPECT_EQ(slow.error.cause, Cause::kNoAnswer);
  EXPECT_EQ(slow.pack, "PACK end");
}

}  // namespace
}  // namespace gitsync::test
