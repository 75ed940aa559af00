// SPDX-License-Identifier: Apache-2.0
#include "auth/askpass_url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "metrics/metrics.h"
#include "support/captured_log.h"
#include "support/loopback.h"
#include "support/tcp_server.h"

namespace gitsync::auth {
namespace {

using test::Peer;
using test::TcpServer;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using util::ErrorKind;

struct AskpassTest : testing::Test {
  util::Result<Credential> ask(const std::string& url, const util::Limit& limit = {}) {
    return AskpassUrl(url, "https://repo", http, metrics).ask(cleaner, limit);
  }
  util::Result<Credential> ask_for(const std::string& answer) {
    TcpServer server(TcpServer::answering(answer));
    auto result = ask(server.url());
    EXPECT_EQ(server.connections(), 1);
    return result;
  }
  bool counted(const std::string& status) {
    return metrics.render().find("git_sync_askpass_calls{status=\"" + status + "\"} 1\n") !=
           std::string::npos;
  }

  test::CapturedLog log;
  ValueCleaner cleaner{log.logger()};
  metrics::Metrics metrics;
  net::HttpClient http{{}};
};

TEST_F(AskpassTest, AsksOnceWithGetAndStoresForTheRepository) {
  TcpServer server(TcpServer::answering("HTTP/1.1 200 OK\n\nusername=u\npassword=p=q r\n"));
  const auto credential = ask(server.url("/ask?for=it"));
  ASSERT_TRUE(credential) << credential.error().message;
  EXPECT_EQ(credential->url, "https://repo");
  EXPECT_EQ(credential->username, "u");
  EXPECT_EQ(credential->password, "p=q r");
  EXPECT_THAT(server.requests().at(0), StartsWith("GET /ask?for=it HTTP/1.1\r\n"));
  EXPECT_EQ(server.connections(), 1);
  EXPECT_TRUE(counted("success"));
  EXPECT_FALSE(counted("error"));
}

TEST_F(AskpassTest, ParsesLineByLine) {
  const auto both = parse_askpass("username=a\nx=y\nnonsense\npassword=b\nusername=c\n");
  EXPECT_EQ(both.username, "c");
  EXPECT_EQ(both.password, "b");
  const auto none = parse_askpass("Username=a\n password=b\npassword =c\n=d\n");
  EXPECT_EQ(none.username, "");
  EXPECT_EQ(none.password, "");
  EXPECT_EQ(parse_askpass("password= a%20b ").password, " a%20b ");
  EXPECT_EQ(parse_askpass("").password, "");
}

TEST_F(AskpassTest, CarriageReturnsAreStrippedWithAWarning) {
  const auto credential = ask_for("HTTP/1.1 200 OK\r\n\r\nusername=u\r\npassword=hunter22\r\n");
  ASSERT_TRUE(credential);
  EXPECT_EQ(credential->username, "u");
  EXPECT_EQ(credential->password, "hunter22");
  EXPECT_THAT(log.text(), AllOf(HasSubstr("--askpass-url"), Not(HasSubstr("hunter22"))));
}

TEST_F(AskpassTest, AnyOtherStatusIsAnErrorThatNeverHoldsTheBody) {
  for (const auto& [status, kind] :
       {std::pair(201, ErrorKind::kProtocol), std::pair(302, ErrorKind::kProtocol),
        std::pair(403, ErrorKind::kAuth), std::pair(503, ErrorKind::kNetwork)}) {
    const auto text = std::to_string(status);
    const auto credential = ask_for(
        "HTTP/1.1 " + text + " X\r\nLocation: /again\r\n\r\nusername=u\npassword=hunter22\n");
    ASSERT_FALSE(credential);
    EXPECT_EQ(credential.error().kind, kind);
    EXPECT_EQ(credential.error().cause, util::Cause::kAskpassRefused);
    EXPECT_THAT(credential.error().message,
                AllOf(StartsWith("--askpass-url: "), HasSubstr(text), Not(HasSubstr("hunter22"))));
  }
}

TEST_F(AskpassTest, ResponseWithoutStatusLineIsRefused) {
  const auto credential = ask_for("username=u\npassword=hunter22\n");
  ASSERT_FALSE(credential);
  EXPECT_THAT(credential.error().message, Not(HasSubstr("hunter22")));
  EXPECT_EQ(credential.error().cause, util::Cause::kAskpassAnswer);
  EXPECT_TRUE(counted("error"));
}

TEST_F(AskpassTest, HasOneSecondWhateverTheLimit) {
  TcpServer server(TcpServer::hanging());
  const auto start = util::SteadyClock::now();
  const auto credential = ask(server.url());
  ASSERT_FALSE(credential);
  EXPECT_EQ(credential.error().kind, ErrorKind::kTimeout);
  EXPECT_EQ(credential.error().cause, util::Cause::kAskpassTooSlow);
  EXPECT_LT(util::SteadyClock::now() - start, std::chrono::seconds(10));
  EXPECT_TRUE(counted("error"));
}

TEST_F(AskpassTest, AServerThatIsNotThereOrSaysNothingIsTheCause) {
  EXPECT_EQ(ask_for("").error().cause, util::Cause::kAskpassUnreachable);
  const test::ReservedPort nobody;
  const auto url = "http://127.0.0.1:" + std::to_string(nobody.number());
  EXPECT_EQ(ask(url).error().cause, util::Cause::kAskpassUnreachable);
}

TEST_F(AskpassTest, TheLimitOfThePassIsNoFaultOfTheServer) {
  TcpServer server(TcpServer::hanging());
  const auto credential = ask(server.url(), util::Limit{}.within(std::chrono::milliseconds(100)));
  ASSERT_FALSE(credential);
  EXPECT_EQ(credential.error().kind, ErrorKind::kTimeout);
  EXPECT_EQ(credential.error().cause, util::Cause::kUnknown);
}

TEST_F(AskpassTest, BeingStoppedDoesNotCountAsAFailure) {
  TcpServer server(TcpServer::hanging());
  util::Event stop;
  std::thread stopper([&] {
    server.wait_for_connections(1);
    stop.set();
  });
  const auto credential = ask(server.url(), {.stop = &stop});
  stopper.join();
  ASSERT_FALSE(credential);
  EXPECT_EQ(credential.error().kind, ErrorKind::kStopped);
  EXPECT_FALSE(counted("error"));
}

}  // namespace
}  // namespace gitsync::auth
