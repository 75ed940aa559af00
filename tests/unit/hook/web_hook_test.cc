// SPDX-License-Identifier: Apache-2.0
#include "hook/web_hook.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <thread>

#include "support/captured_log.h"
#include "support/tcp_server.h"

namespace gitsync::hook {
namespace {

using namespace std::chrono_literals;
using test::Peer;
using test::TcpServer;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using util::ErrorKind;

struct WebHookTest : testing::Test {
  util::Result<void> run(WebHookOptions options, const util::Limit& limit = {}) {
    if (options.timeout == 0s) options.timeout = 10s;
    return WebHook(std::move(options), log.logger()).run("abc", limit);
  }

  test::CapturedLog log;
};

TEST_F(WebHookTest, SendsMethodAndHashAndNoBody) {
  TcpServer server(TcpServer::answering("HTTP/1.1 200 OK\n\nthanks\n"));
  const auto result = run({.url = server.url("/path")});
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_THAT(server.requests().at(0),
              AllOf(StartsWith("POST /path HTTP/1.1\r\n"), HasSubstr("\r\nGitsync-Hash: abc\r\n"),
                    HasSubstr("\r\nContent-Length: 0\r\n")));
  EXPECT_EQ(server.connections(), 1);
  EXPECT_THAT(log.text(), HasSubstr(R"("level":1,"msg":"webhook succeeded")"));
  EXPECT_THAT(log.text(), HasSubstr(R"("body":"thanks")"));
}

TEST_F(WebHookTest, StatusMustBeTheOneThatWasSet) {
  TcpServer server(TcpServer::answering("HTTP/1.1 204 No Content\r\n\r\n"));
  const auto wrong = run({.url = server.url()});
  ASSERT_FALSE(wrong);
  EXPECT_EQ(wrong.error().message, "status 204 instead of 200");
  EXPECT_TRUE(run({.url = server.url(), .success_status = 204}));
}

TEST_F(WebHookTest, StatusZeroOrLessTakesAnyResponseButNotNone) {
  TcpServer server(TcpServer::answering("HTTP/1.1 500 Oops\r\n\r\n"));
  EXPECT_TRUE(run({.url = server.url(), .success_status = 0}));
  EXPECT_TRUE(run({.url = server.url(), .success_status = -1}));
  TcpServer silent([](Peer& peer) { peer.read_request(); });
  EXPECT_FALSE(run({.url = silent.url(), .success_status = 0}));
}

TEST_F(WebHookTest, RecordHoldsUrlMethodAndTimeoutWithoutSecrets) {
  TcpServer server(TcpServer::answering("HTTP/1.1 200 OK\r\n\r\n"));
  const auto port = std::to_string(server.port());
  ASSERT_TRUE(run({.url = "http://u:hunter22@127.0.0.1:" + port + "/x?token=hunter22",
                   .method = "PUT",
                   .timeout = 90s}));
  EXPECT_THAT(server.requests().at(0), StartsWith("PUT /x?token=hunter22 "));
  EXPECT_THAT(log.text(), HasSubstr(R"("logger":"webhook")"));
  EXPECT_THAT(log.text(), HasSubstr(R"("level":0,"msg":"sending webhook","hash":"abc")"));
  EXPECT_THAT(log.text(), HasSubstr(R"("url":"http://u:REDACTED@127.0.0.1:)" + port +
                                    R"(/REDACTED","method":"PUT","timeout":"1m30s")"));
  EXPECT_THAT(log.text(), Not(HasSubstr("hunter22")));
}

// 4 KiB are kept.
TEST_F(WebHookTest, NoHalfOfASecretIsLeftWhereTheResponseIsCut) {
  log.sink().add_secret("hunter22-hunter23");
  TcpServer server(TcpServer::answering("HTTP/1.1 200 OK\r\n\r\n" + std::string(4090, 'x') +
                                        "hunter22-hunter23" + std::string(20000, 'x')));
  ASSERT_TRUE(run({.url = server.url()}));
  EXPECT_THAT(log.text(), AllOf(HasSubstr("xxx"), Not(HasSubstr("xh"))));
}

TEST_F(WebHookTest, LongResponseIsReadToItsEndButNotKept) {
  TcpServer server([](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\n\r\n");
    for (int i = 0; i < 64; ++i) peer.send(std::string(65536, 'x'));
  });
  const auto result = run({.url = server.url()});
  ASSERT_TRUE(result) << result.error().message;
  EXPECT_LT(log.text().size(), 10'000U);
}

TEST_F(WebHookTest, EndlessResponseIsATimeout) {
  TcpServer server([](Peer& peer) {
    peer.read_request();
    peer.send("HTTP/1.1 200 OK\r\n\r\n");
    while (peer.send("xxxxxxxx")) {
    }
  });
  const auto result = run({.url = server.url(), .timeout = 300ms});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::kTimeout);
}

TEST_F(WebHookTest, UnusableUrlIsAFailedAttempt) {
  for (const std::string url : {"no url", "http://127.0.0.1:1/", "gopher://x/"}) {
    EXPECT_FALSE(run({.url = url, .success_status = 0})) << url;
  }
}

TEST_F(WebHookTest, StopEventInterruptsAHangingServer) {
  TcpServer server(TcpServer::hanging());
  util::Event stop;
  std::thread stopper([&] {
    server.wait_for_connections(1);
    stop.set();
  });
  const auto result = run({.url = server.url(), .timeout = 1h}, {.stop = &stop});
  stopper.join();
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::kStopped);
}

}  // namespace
}  // namespace gitsync::hook
