// SPDX-License-Identifier: Apache-2.0
// Against a server that checks what a real one would: path, headers, signature and claims.
#include "auth/github_app.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <ctime>
#include <nlohmann/json.hpp>

#include "log/hints.h"
#include "metrics/metrics.h"
#include "support/captured_log.h"
#include "support/rsa_key.h"
#include "support/tcp_server.h"
#include "support/temp_dir.h"
#include "util/files.h"

namespace gitsync::auth {
namespace {

using test::TcpServer;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using util::ErrorKind;

std::string in_seconds(std::time_t seconds) {
  const std::time_t time = std::time(nullptr) + seconds;
  std::tm parts{};
  ::gmtime_r(&time, &parts);
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text.data();
}

std::string created(const std::string& token, const std::string& expires_at) {
  const std::string body = nlohmann::json{{"token", token}, {"expires_at", expires_at}}.dump();
  return "HTTP/1.1 201 Created\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" +
         body;
}

std::string bearer_of(const std::string& request) {
  constexpr std::string_view kStart = "\r\nAuthorization: Bearer ";
  const auto begin = request.find(kStart) + kStart.size();
  return request.substr(begin, request.find("\r\n", begin) - begin);
}

struct GithubAppTest : testing::Test {
  GithubAppOptions options(const TcpServer& server) {
    return {.base_url = server.url(""),
            .private_key = key.pkcs8(),
            .application_id = 12345,
            .installation_id = 678};
  }
  std::unique_ptr<GithubApp> make(GithubAppOptions options) {
    return std::make_unique<GithubApp>(std::move(options), "https://repo", http, log.logger(),
                                       metrics);
  }
  bool counted(const std::string& status, int count) {
    return metrics.render().find("git_sync_refresh_github_app_token_count{status=\"" + status +
                                 "\"} " + std::to_string(count) + "\n") != std::string::npos;
  }

  test::RsaKey key;
  test::TempDir dir;
  test::CapturedLog log;
  ValueCleaner cleaner{log.logger()};
  metrics::Metrics metrics;
  net::HttpClient http{{}};
};

TEST_F(GithubAppTest, RequestIsWhatTheApiWantsAndSignedByTheKey) {
  TcpServer server(TcpServer::answering(created("ghs_token", in_seconds(3600))));
  const auto app = make(options(server));
  // std::time() may lag behind this by a tick of the kernel's.
  const auto now = [] {
    return std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  };
  const auto before = now();
  const auto refreshed = app->refresh_if_due(cleaner, {});
  ASSERT_TRUE(refreshed) << refreshed.error().message;
  EXPECT_TRUE(*refreshed);

  const auto request = server.requests().at(0);
  EXPECT_THAT(request,
              AllOf(StartsWith("POST /app/installations/678/access_tokens HTTP/1.1\r\n"),
                    HasSubstr("\r\nAccept: application/vnd.github+json\r\n"),
                    HasSubstr("\r\nContent-Length: 0\r\n"), HasSubstr("\r\nUser-Agent: ")));
  const auto jwt = bearer_of(request);
  EXPECT_TRUE(key.verifies(test::jwt_signed_text(jwt), test::jwt_part(jwt, 2)));
  const auto claims = nlohmann::json::parse(test::jwt_part(jwt, 1));
  EXPECT_EQ(claims.at("iss"), "12345");
  EXPECT_GE(claims.at("iat"), before);
  EXPECT_LE(claims.at("iat"), now());
  EXPECT_EQ(claims.at("exp").get<std::time_t>() - claims.at("iat").get<std::time_t>(), 600);

  ASSERT_TRUE(app->token());
  EXPECT_EQ(app->token()->url, "https://repo");
  EXPECT_EQ(app->token()->username, "-");
  EXPECT_EQ(app->token()->password, "ghs_token");
  EXPECT_TRUE(counted("success", 1));
  EXPECT_EQ(log.sink().redact("ghs_token " + jwt), "REDACTED REDACTED");
}

TEST_F(GithubAppTest, ClientIdIsPreferredAndSlashesAreJoined) {
  TcpServer server(TcpServer::answering(created("t", in_seconds(3600))));
  auto given = options(server);
  given.base_url = server.url("/api/v3//");
  given.client_id = "Iv1.abc";
  ASSERT_TRUE(make(given)->refresh_if_due(cleaner, {}));
  const auto request = server.requests().at(0);
  EXPECT_THAT(request, StartsWith("POST /api/v3/app/installations/678/access_tokens HTTP/1.1\r\n"));
  EXPECT_EQ(nlohmann::json::parse(test::jwt_part(bearer_of(request), 1)).at("iss"), "Iv1.abc");
}

TEST_F(GithubAppTest, TokenIsKeptUntilThirtySecondsBeforeItsEnd) {
  TcpServer lasting(TcpServer::answering(created("t", in_seconds(90))));
  const auto keeps = make(options(lasting));
  EXPECT_TRUE(*keeps->refresh_if_due(cleaner, {}));
  EXPECT_FALSE(*keeps->refresh_if_due(cleaner, {}));
  EXPECT_EQ(lasting.connections(), 1);

  TcpServer brief(TcpServer::answering(created("t", in_seconds(29))));
  const auto renews = make(options(brief));
  EXPECT_TRUE(*renews->refresh_if_due(cleaner, {}));
  EXPECT_TRUE(*renews->refresh_if_due(cleaner, {}));
  EXPECT_EQ(brief.connections(), 2);
}

TEST_F(GithubAppTest, KeyFileIsReadAtEachRefresh) {
  TcpServer server(TcpServer::answering(created("t", in_seconds(5))));
  auto given = options(server);
  given.private_key.clear();
  given.private_key_file = dir / "key.pem";
  ASSERT_TRUE(util::write_file(given.private_key_file, key.pkcs1()));
  const auto app = make(given);
  ASSERT_TRUE(app->refresh_if_due(cleaner, {}));

  const test::RsaKey rotated;
  ASSERT_TRUE(util::write_file(given.private_key_file, rotated.pkcs8()));
  ASSERT_TRUE(app->refresh_if_due(cleaner, {}));
  const auto jwt = bearer_of(server.requests().at(1));
  EXPECT_TRUE(rotated.verifies(test::jwt_signed_text(jwt), test::jwt_part(jwt, 2)));
}

TEST_F(GithubAppTest, UnreadableKeyFileIsFatalABrokenKeyIsNot) {
  TcpServer server(TcpServer::answering(created("t", in_seconds(3600))));
  CredentialOptions all{.repo_url = "https://repo", .github_app = options(server)};
  all.github_app->private_key.clear();
  all.github_app->private_key_file = dir / "missing.pem";
  Credentials credentials(all, log.logger(), metrics);
  const auto missing = credentials.for_pass({});
  ASSERT_FALSE(missing);
  EXPECT_TRUE(credentials.fatal());
  EXPECT_THAT(missing.error().message,
              AllOf(HasSubstr("--github-app-private-key-file"), HasSubstr(dir / "missing.pem")));

  ASSERT_TRUE(util::write_file(dir / "missing.pem", "nonsense"));
  const auto broken = credentials.for_pass({});
  ASSERT_FALSE(broken);
  EXPECT_FALSE(credentials.fatal());
  EXPECT_EQ(broken.error().kind, ErrorKind::kInvalid);

  ASSERT_TRUE(util::write_file(dir / "missing.pem", key.pkcs8()));
  const auto repaired = credentials.for_pass({});
  ASSERT_TRUE(repaired) << repaired.error().message;
  ASSERT_EQ(repaired->size(), 1U);
  EXPECT_EQ(repaired->at(0).setting, "GitHub App");
  const auto again = credentials.for_pass({});
  ASSERT_EQ(again->size(), 1U) << "git may have forgotten it";
  EXPECT_EQ(again->at(0).password, "t");
}

TEST_F(GithubAppTest, OtherStatusIsAnErrorWithAHintAndWithoutTheBody) {
  TcpServer server(TcpServer::answering("HTTP/1.1 401 No\r\n\r\n{\"message\":\"sekret\"}"));
  const auto result = make(options(server))->refresh_if_due(cleaner, {});
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::kAuth);
  EXPECT_THAT(result.error().message,
              AllOf(StartsWith("GitHub App: "), HasSubstr("401"), Not(HasSubstr("sekret"))));
  EXPECT_THAT(log::hint_of(result.error()), HasSubstr("--github-app-application-id"));
  EXPECT_TRUE(counted("error", 1));
}

TEST_F(GithubAppTest, EachFailureHasItsCause) {
  const auto cause_of = [&](const std::string& answer) {
    TcpServer server(TcpServer::answering(answer));
    const auto result = make(options(server))->refresh_if_due(cleaner, {});
    return result ? util::Cause::kUnknown : result.error().cause;
  };
  const std::string end = " X\r\n\r\nsekret";
  EXPECT_EQ(cause_of("HTTP/1.1 403" + end), util::Cause::kAppSuspended);
  EXPECT_EQ(cause_of("HTTP/1.1 404" + end), util::Cause::kAppNotFound);
  EXPECT_EQ(cause_of("HTTP/1.1 500" + end), util::Cause::kAppFault);
  EXPECT_EQ(cause_of("HTTP/1.1 200" + end), util::Cause::kAppAnswer);
  EXPECT_EQ(cause_of("HTTP/1.1 201" + end), util::Cause::kAppAnswer);
  EXPECT_EQ(cause_of(created("t", "tomorrow")), util::Cause::kAppAnswer);
  EXPECT_EQ(cause_of(""), util::Cause::kAppUnreachable);
}

TEST_F(GithubAppTest, ResponsesThatAreNoTokenAreErrorsAndKeepNothing) {
  const std::string head = "HTTP/1.1 201 Created\r\n\r\n";
  for (const std::string& answer :
       {head, head + "nonsense", head + "[]", head + "{}", head + R"({"token":1})",
        head + R"({"token":"t"})", created("t", "tomorrow"), created("", in_seconds(3600)),
        created("a\nb", in_seconds(3600)), head + std::string(100'000, '[')}) {
    TcpServer server(TcpServer::answering(answer));
    const auto app = make(options(server));
    ASSERT_FALSE(app->refresh_if_due(cleaner, {})) << answer.substr(0, 200);
    EXPECT_FALSE(app->token());
  }
}

TEST_F(GithubAppTest, LimitOfThePassHolds) {
  TcpServer server(TcpServer::hanging());
  const auto result =
      make(options(server))
          ->refresh_if_due(cleaner, util::Limit{}.within(std::chrono::milliseconds(200)));
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::kTimeout);
}

}  // namespace
}  // namespace gitsync::auth
