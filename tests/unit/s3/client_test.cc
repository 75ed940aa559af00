// SPDX-License-Identifier: Apache-2.0
#include "s3/client.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "log/hints.h"
#include "s3/digest.h"
#include "support/captured_log.h"
#include "support/http_stub.h"
#include "support/loopback.h"
#include "support/temp_dir.h"
#include "util/files.h"

namespace gitsync::s3 {
namespace {

using namespace std::chrono_literals;
using test::answering_by;
using test::header_of;
using test::request_line;
using test::response;
using test::TcpServer;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using util::ErrorKind;
using util::Result;

constexpr std::string_view kSecret = "very-secret-key-of-the-test";
const std::chrono::sys_seconds kNow = std::chrono::sys_days(std::chrono::year(2026) / 11 / 26);

util::Limit in_time() { return util::Limit{}.within(20s); }

std::string error_body(std::string_view code, std::string_view more = "") {
  return "<?xml version=\"1.0\"?>\n<Error><Code>" + std::string(code) +
         "</Code><Message>words of " + "the server</Message>" + std::string(more) + "</Error>";
}

std::string error_response(int status, std::string_view code, std::string_view more = "",
                           std::string_view headers = "") {
  return response(status, error_body(code, more), headers);
}

// Answers the n-th request, from 0, by a function of that number.
TcpServer::Handler in_turn(std::function<std::string(int, const std::string&)> answer) {
  auto count = std::make_shared<std::atomic<int>>(0);
  return answering_by([answer = std::move(answer), count](const std::string& request) {
    return answer((*count)++, request);
  });
}

class Fixture {
 public:
  explicit Fixture(TcpServer::Handler handler, util::Environment environment = signing())
      : server(std::move(handler)),
        credentials(std::make_shared<Credentials>(
            CredentialOptions{.environment = std::move(environment)}, log.logger())),
        client(Client::open({.endpoint = server.url("")}, "bucket", credentials, [] {
                 return kNow;
               }).value()) {}

  static util::Environment signing() {
    util::Environment environment;
    environment.set("AWS_ACCESS_KEY_ID", "AKIA");
    environment.set("AWS_SECRET_ACCESS_KEY", std::string(kSecret));
    return environment;
  }
  static util::Environment anonymous() {
    util::Environment environment;
    environment.set("AWS_EC2_METADATA_DISABLED", "true");
    return environment;
  }

  std::string request(std::size_t index) const { return server.requests().at(index); }

  test::CapturedLog log;
  TcpServer server;
  std::shared_ptr<Credentials> credentials;
  Client client;
};

TEST(S3Client, GetStreamsAnObjectWithItsSizeAndETag) {
  Fixture f(answering_by([](const auto&) { return response(200, "content", "ETag: \"e\"\r\n"); }));
  ObjectInfo info;
  std::string body;
  const auto answer = f.client.get("a b+c/%d=\u00e4//e", {.if_match = "\"e\""},
                                   {.head = [&](const ObjectInfo& i) -> Result<void> {
                                      info = i;
                                      return {};
                                    },
                                    .body = [&](std::string_view bytes) -> Result<void> {
                                      body += bytes;
                                      return {};
                                    }},
                                   in_time());
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->outcome, Outcome::kDone);
  EXPECT_EQ(answer->object.etag, "\"e\"");
  EXPECT_EQ(info.size, 7u);
  EXPECT_EQ(body, "content");
  EXPECT_EQ(request_line(f.request(0)), "GET /bucket/a%20b%2Bc/%25d%3D%C3%A4//e");
  EXPECT_EQ(header_of(f.request(0), "If-Match"), "\"e\"");
  EXPECT_THAT(header_of(f.request(0), "Authorization"),
              HasSubstr("Credential=AKIA/20261126/us-east-1/s3/aws4_request,SignedHeaders=host;"
                        "if-match;x-amz-content-sha256;x-amz-date,"));
}

TEST(S3Client, OutcomesOfConditionsAreToldApart) {
  Fixture f(in_turn([](int i, const auto&) {
    if (i == 0) return response(304, "", "ETag: \"e\"\r\n");
    if (i == 1) return error_response(412, "PreconditionFailed");
    if (i == 2) return error_response(404, "NoSuchKey");
    return response(404, "");
  }));
  EXPECT_EQ(f.client.get("k", {.if_none_match = "\"e\""}, {}, in_time())->outcome,
            Outcome::kNotModified);
  EXPECT_EQ(f.client.get("k", {.if_match = "\"e\""}, {}, in_time())->outcome, Outcome::kChanged);
  EXPECT_EQ(f.client.get("k", {}, {}, in_time())->outcome, Outcome::kMissing);
  EXPECT_EQ(f.client.get("k", {}, {}, in_time()).error().message,
            "s3://bucket/k: status 404, and no error of S3's");
}

struct Refusal {
  int status;
  const char* code;
  const char* more;
  ErrorKind kind;
  const char* message;
};

TEST(S3Client, RefusalsAreOneClearLineWithoutASecret) {
  const Refusal refusals[] = {
      {404, "NoSuchBucket", "", ErrorKind::kNotFound, "the bucket \"bucket\" does not exist"},
      {403, "AccessDenied", "", ErrorKind::kAuth,
       "access denied with the credentials of AWS_ACCESS_KEY_ID"},
      {403, "InvalidAccessKeyId", "", ErrorKind::kAuth,
       "the server does not know the access key of AWS_ACCESS_KEY_ID"},
      {403, "SignatureDoesNotMatch", "", ErrorKind::kAuth,
       "the secret key of AWS_ACCESS_KEY_ID does not fit its access key"},
      {400, "ExpiredToken", "", ErrorKind::kAuth,
       "the credentials of AWS_ACCESS_KEY_ID have expired"},
      {403, "RequestTimeTooSkewed", "<ServerTime>2026-11-26T01:00:00Z</ServerTime>",
       ErrorKind::kAuth, "our clock is 3600 s behind the server's"},
      {403, "InvalidObjectState", "", ErrorKind::kProtocol, "archive class"},
      {405, "MethodNotAllowed", "", ErrorKind::kProtocol, "the server refused"},
  };
  for (const auto& refusal : refusals) {
    Fixture f(answering_by(
        [&](const auto&) { return error_response(refusal.status, refusal.code, refusal.more); }));
    const auto answer = f.client.get("k", {}, {}, in_time());
    ASSERT_FALSE(answer) << refusal.code;
    EXPECT_EQ(answer.error().kind, refusal.kind) << refusal.code;
    EXPECT_NE(log::hint_of(answer.error()), "") << refusal.code;
    EXPECT_THAT(answer.error().message,
                AllOf(testing::StartsWith("s3://bucket/k: "), HasSubstr(refusal.message),
                      HasSubstr(std::string("(") + refusal.code + ": words of the server)"),
                      Not(HasSubstr(std::string(kSecret)))));
    EXPECT_THAT(f.request(0), Not(HasSubstr(std::string(kSecret))));
  }
}

TEST(S3Client, ClockOfAServerIsAlsoReadFromItsDate) {
  Fixture f(answering_by([](const auto&) {
    return error_response(403, "RequestTimeTooSkewed", "",
                          "Date: Wed, 25 Nov 2026 23:59:00 GMT\r\n");
  }));
  EXPECT_THAT(f.client.get("k", {}, {}, in_time()).error().message,
              HasSubstr("our clock is 60 s ahead of the server's"));
}

TEST(S3Client, WithoutCredentialsNothingIsSigned) {
  Fixture f(answering_by([](const auto&) { return error_response(403, "AccessDenied"); }),
            Fixture::anonymous());
  const auto answer = f.client.get("k", {}, {}, in_time());
  EXPECT_EQ(header_of(f.request(0), "Authorization"), "");
  EXPECT_THAT(answer.error().message, HasSubstr("no credentials were found"));
}

TEST(S3Client, RegionOfARedirectIsFollowedOnceAndKept) {
  Fixture f(answering_by([](const std::string& request) {
    if (header_of(request, "Authorization").contains("/eu-central-1/s3/")) {
      return response(200, "x");
    }
    return error_response(301, "PermanentRedirect", "", "x-amz-bucket-region: eu-central-1\r\n");
  }));
  Client other = f.client.another();
  ASSERT_TRUE(f.client.get("k", {}, {}, in_time()));
  ASSERT_TRUE(f.client.get("k", {}, {}, in_time()));
  ASSERT_TRUE(other.get("k", {}, {}, in_time()));
  EXPECT_EQ(f.server.requests().size(), 4u);
}

TEST(S3Client, RegionOfAMalformedHeaderIsFollowed) {
  Fixture f(in_turn([](int i, const auto&) {
    return i == 0 ? error_response(400, "AuthorizationHeaderMalformed", "<Region>x-1</Region>")
                  : response(200, "x");
  }));
  EXPECT_TRUE(f.client.get("k", {}, {}, in_time()));
}

TEST(S3Client, WrongRegionIsNamedBesideTheRightOne) {
  Fixture f(in_turn([](int i, const auto&) {
    return error_response(301, "PermanentRedirect", "",
                          "x-amz-bucket-region: r-" + std::to_string(i) + "\r\n");
  }));
  const auto answer = f.client.get("k", {}, {}, in_time());
  EXPECT_THAT(answer.error().message,
              HasSubstr("the bucket is in region \"r-1\", and was asked for in \"r-0\""));
  EXPECT_EQ(f.server.requests().size(), 2u);
}

TEST(S3Client, RegionThatIsNoNameIsNotFollowed) {
  Fixture f(answering_by([](const auto&) {
    return error_response(301, "PermanentRedirect", "", "x-amz-bucket-region: evil.com/x\r\n");
  }));
  EXPECT_FALSE(f.client.get("k", {}, {}, in_time()));
  EXPECT_EQ(f.server.requests().size(), 1u);
}

TEST(S3Client, BusyServerIsAskedAgain) {
  Fixture f(in_turn([](int i, const auto&) {
    if (i == 0) return error_response(503, "SlowDown");
    if (i == 1) return std::string();  // a reset
    if (i == 2) return error_response(500, "InternalError", "", "Retry-After: 0\r\n");
    return response(200, "x");
  }));
  ASSERT_TRUE(f.client.get("k", {}, {}, in_time()));
  EXPECT_GE(f.server.requests().size(), 4u);
}

// Each try looks at the clock once.
int tries_at(const std::string& endpoint, const util::Limit& limit) {
  int tries = 0;
  auto client = Client::open({.endpoint = endpoint}, "bucket", nullptr, [&] {
    ++tries;
    return kNow;
  });
  const auto answer = client->get("k", {}, {}, limit);
  EXPECT_FALSE(answer);
  EXPECT_EQ(answer ? ErrorKind::kLocal : answer.error().kind, ErrorKind::kNetwork);
  return tries;
}

TEST(S3Client, ServerThatIsNotReachedIsTriedThrice) {
  const test::ReservedPort nobody;
  EXPECT_EQ(tries_at("http://127.0.0.1:" + std::to_string(nobody.number()), in_time()), 3);
  EXPECT_EQ(tries_at("http://bucket.invalid", in_time()), 3);
}

TEST(S3Client, HandshakeThatBreaksIsRepeated) {
  for (const bool is_reset : {true, false}) {
    TcpServer server([&](test::Peer& peer) { is_reset ? peer.reset() : peer.shutdown_write(); });
    EXPECT_GE(tries_at("https://127.0.0.1:" + std::to_string(server.port()), in_time()), 2)
        << is_reset;
  }
}

TEST(S3Client, ServerThatWantsMoreTimeThanThereIsIsAnErrorAtOnce) {
  Fixture f(answering_by(
      [](const auto&) { return error_response(503, "SlowDown", "", "Retry-After: 100\r\n"); }));
  const auto answer = f.client.get("k", {}, {}, in_time());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::kNetwork);
  EXPECT_THAT(answer.error().message, HasSubstr("SlowDown"));
  EXPECT_EQ(f.server.requests().size(), 1u);
}

TEST(S3Client, StopEndsAPause) {
  util::Event stop;
  Fixture f(answering_by([&](const auto&) {
    stop.set();
    return error_response(503, "SlowDown", "", "Retry-After: 15\r\n");
  }));
  const auto answer = f.client.get("k", {}, {}, {.stop = &stop});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::kStopped);
}

TEST(S3Client, ObjectThatBreaksOffIsAnErrorAndTheSinksErrorIsReturnedAsItIs) {
  Fixture f(TcpServer::answering("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\npart"));
  std::string body;
  const auto broken = f.client.get("k", {}, {.body = [&](std::string_view bytes) -> Result<void> {
                                     body += bytes;
                                     return {};
                                   }},
                                   in_time());
  EXPECT_EQ(broken.error().kind, ErrorKind::kNetwork);
  EXPECT_EQ(body, "part") << "and not twice";
  const auto refused = f.client.get("k", {}, {.head = [&](const ObjectInfo&) -> Result<void> {
                                      return util::fail(ErrorKind::kBusy, "mine");
                                    }},
                                    in_time());
  EXPECT_EQ(refused.error().kind, ErrorKind::kBusy);
  EXPECT_EQ(refused.error().message, "mine");
}

TEST(S3Client, ReadIsBounded) {
  Fixture f(answering_by([](const auto&) { return response(200, "12345"); }));
  EXPECT_EQ(f.client.read("k", {}, 5, in_time())->body, "12345");
  EXPECT_EQ(f.client.read("k", {}, 4, in_time()).error().kind, ErrorKind::kProtocol);
}

TEST(S3Client, WhatIsWrongWithAHeadIsAskedForByAGet) {
  Fixture f(answering_by([](const std::string& request) {
    return request.starts_with("HEAD") ? std::string("HTTP/1.1 403 X\r\nContent-Length: 9\r\n\r\n")
                                       : error_response(403, "SignatureDoesNotMatch");
  }));
  EXPECT_THAT(f.client.head("k", {}, in_time()).error().message,
              HasSubstr("SignatureDoesNotMatch"));
}

TEST(S3Client, WhatAGetLearnedOfTheRegionServesTheHead) {
  Fixture f(answering_by([](const std::string& request) {
    const bool is_head = request.starts_with("HEAD");
    if (!header_of(request, "Authorization").contains("/eu-west-9/s3/")) {
      return is_head ? std::string("HTTP/1.1 400 X\r\nContent-Length: 9\r\n\r\n")
                     : error_response(400, "AuthorizationHeaderMalformed",
                                      "<Region>eu-west-9</Region>");
    }
    return is_head ? std::string("HTTP/1.1 200 X\r\nContent-Length: 7\r\nETag: \"e\"\r\n\r\n")
                   : response(206, "x");
  }));
  const auto answer = f.client.head("k", {}, in_time());
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->object.etag, "\"e\"");
  EXPECT_EQ(answer->object.size, 7u);
  EXPECT_EQ(f.server.requests().size(), 4u);
}

TEST(S3Client, HeadThatStaysRefusedThoughAGetIsNotIsAnErrorAfterTheSecondOne) {
  Fixture f(answering_by([](const std::string& request) {
    return request.starts_with("HEAD") ? std::string("HTTP/1.1 403 X\r\nContent-Length: 0\r\n\r\n")
                                       : response(206, "x");
  }));
  EXPECT_EQ(f.client.head("k", {}, in_time()).error().kind, ErrorKind::kAuth);
  EXPECT_EQ(f.server.requests().size(), 3u);
}

TEST(S3Client, HeadTellsSizeOrWhatIsMissing) {
  Fixture f(answering_by([](const std::string& request) {
    const auto line = request_line(request);
    if (!request.starts_with("HEAD")) {
      return error_response(404, line.ends_with("/k") ? "NoSuchKey" : "NoSuchBucket");
    }
    if (!line.ends_with("/there")) return response(404);
    return std::string("HTTP/1.1 200 X\r\nContent-Length: 9\r\nETag: \"e\"\r\n\r\n");
  }));
  const auto there = f.client.head("there", {}, in_time());
  ASSERT_TRUE(there) << there.error().message;
  EXPECT_EQ(there->object.size, 9u);
  EXPECT_EQ(f.client.head("k", {}, in_time())->outcome, Outcome::kMissing);
  EXPECT_THAT(f.client.head("other", {}, in_time()).error().message, HasSubstr("does not exist"));
}

TEST(S3Client, ExpiredCredentialsAreLookedForOnceMore) {
  const test::TempDir dir;
  const auto path = dir / "credentials";
  const auto write = [&](const std::string& key) {
    ASSERT_TRUE(util::write_file(
        path, "[default]\naws_access_key_id = " + key + "\naws_secret_access_key = secret\n"));
  };
  write("OLD");
  auto environment = Fixture::anonymous();
  environment.set("AWS_SHARED_CREDENTIALS_FILE", path);
  Fixture f(answering_by([&](const std::string& request) {
              if (header_of(request, "Authorization").contains("=NEW/")) return response(200, "x");
              write("NEW");
              return error_response(400, "ExpiredToken");
            }),
            environment);
  EXPECT_TRUE(f.client.get("k", {}, {}, in_time()));
  EXPECT_EQ(f.server.requests().size(), 2u);
}

TEST(S3Client, CredentialsThatStayRefusedAreAnErrorAfterTheSecondTry) {
  Fixture f(answering_by([](const auto&) { return error_response(403, "InvalidAccessKeyId"); }));
  EXPECT_EQ(f.client.get("k", {}, {}, in_time()).error().kind, ErrorKind::kAuth);
  EXPECT_EQ(f.server.requests().size(), 2u);
  EXPECT_EQ(f.client.get("k", {}, {}, in_time()).error().kind, ErrorKind::kAuth);
  EXPECT_EQ(f.server.requests().size(), 3u);
}

TEST(S3Client, PutSendsAFileWithItsHashAndConditions) {
  const test::TempDir dir;
  const std::string content(std::size_t{300} << 10, 'x');
  ASSERT_TRUE(util::write_file(dir / "file", content + "more"));
  const util::Fd file(::open((dir / "file").c_str(), O_RDONLY | O_CLOEXEC));
  Fixture f(in_turn([](int i, const auto&) {
    return i == 0 ? error_response(503, "SlowDown") : response(200, "", "ETag: \"new\"\r\n");
  }));
  const auto answer = f.client.put(
      "k", net::FileBody{.fd = file.get(), .size = content.size()},
      {.condition = {.if_none_match = "*"}, .headers = {{"Content-Type", "application/gzip"}}},
      in_time());
  ASSERT_TRUE(answer) << answer.error().message;
  EXPECT_EQ(answer->object.etag, "\"new\"");
  for (const auto& request : f.server.requests()) {
    EXPECT_EQ(request_line(request), "PUT /bucket/k");
    EXPECT_EQ(test::body_of(request), content);
    EXPECT_EQ(header_of(request, "If-None-Match"), "*");
    EXPECT_EQ(header_of(request, "Content-Type"), "application/gzip");
    EXPECT_EQ(header_of(request, "Content-Length"), std::to_string(content.size()));
    EXPECT_EQ(header_of(request, "x-amz-content-sha256"), sha256_hex(content));
    EXPECT_THAT(header_of(request, "Authorization"), HasSubstr("content-type;host;if-none-match;"));
  }
}

TEST(S3Client, FileThatBecameShorterIsNotUploaded) {
  const test::TempDir dir;
  ASSERT_TRUE(util::write_file(dir / "file", "short"));
  const util::Fd file(::open((dir / "file").c_str(), O_RDONLY | O_CLOEXEC));
  Fixture f(answering_by([](const auto&) { return response(200); }));
  const auto answer =
      f.client.put("k", net::FileBody{.fd = file.get(), .size = 100}, {}, in_time());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::kInvalid);
  EXPECT_EQ(f.server.requests().size(), 0u);
}

TEST(S3Client, PutTellsAboutConditionsThatDoNotHoldOrAreNotKnown) {
  Fixture f(in_turn([](int i, const auto&) {
    return i == 0 ? error_response(412, "PreconditionFailed")
                  : error_response(501, "NotImplemented");
  }));
  const PutOptions options{.condition = {.if_none_match = "*"}};
  EXPECT_EQ(f.client.put("k", "x", options, in_time())->outcome, Outcome::kChanged);
  EXPECT_EQ(f.client.put("k", "x", options, in_time())->outcome, Outcome::kNoConditions);
  EXPECT_FALSE(f.client.put("k", "x", {}, in_time()));
  EXPECT_EQ(test::body_of(f.request(0)), "x");
}

TEST(S3Client, RemovingWhatIsNotThereIsASuccess) {
  Fixture f(in_turn([](int i, const auto&) {
    if (i == 0) return response(204);
    return i == 1 ? error_response(404, "NoSuchKey") : error_response(403, "AccessDenied");
  }));
  EXPECT_TRUE(f.client.remove("k", in_time()));
  EXPECT_TRUE(f.client.remove("k", in_time()));
  EXPECT_FALSE(f.client.remove("k", in_time()));
  EXPECT_EQ(request_line(f.request(0)), "DELETE /bucket/k");
}

}  // namespace
}  // namespace gitsync::s3
