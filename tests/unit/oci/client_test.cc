// SPDX-License-Identifier: Apache-2.0
// The client with registries that a real one is not: broken, hostile, busy, or with their blobs
// elsewhere; and how it reads what they say.
#include "oci/client.h"

#include <gmock/gmock.h>

#include <atomic>
#include <chrono>
#include <memory>

#include "oci/challenge.h"
#include "oci/token_answer.h"
#include "support/tcp_server.h"
#include "util/sha256.h"

namespace gitsync::oci {
namespace {

using test::Peer;
using test::TcpServer;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using util::Cause;
using util::ErrorKind;

util::Limit in_time() { return util::Limit{}.within(std::chrono::seconds(20)); }

std::string answer(const std::string& status, const std::string& headers,
                   const std::string& body = "") {
  return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n" +
         headers + "\r\n" + body;
}

// Answers the requests of all connections one after the other; the last answer stays.
TcpServer::Handler in_turn(std::vector<std::string> answers) {
  return [answers = std::move(answers),
          next = std::make_shared<std::atomic<std::size_t>>(0)](Peer& peer) {
    while (!peer.read_request().empty()) {
      if (!peer.send(answers.at(std::min(next->fetch_add(1), answers.size() - 1)))) return;
    }
  };
}

Client client(const TcpServer& server, std::optional<Login> login = {}) {
  const auto reference =
      parse_reference("oci://127.0.0.1:" + std::to_string(server.port()) + "/org/dags:main")
          .value();
  return Client::create(reference, {.login = std::move(login)}).value();
}

Descriptor describe(std::string_view bytes) {
  return {.media_type = "x", .digest = "sha256:" + util::sha256_hex(bytes), .size = bytes.size()};
}

util::Result<std::string> blob(Client& client, const Descriptor& descriptor) {
  std::string got;
  GS_TRY_VOID(client.blob(
      descriptor,
      [&](std::string_view piece) -> util::Result<void> {
        got += piece;
        return {};
      },
      in_time()));
  return got;
}

const std::string kError = R"({"errors":[{"code":"UNAUTHORIZED","message":"no"}]})";

TEST(Client, TheLoginDoesNotGoToStorageHosts) {
  TcpServer storage(in_turn({answer("200 OK", "", "content")}));
  TcpServer registry(in_turn(
      {answer("401 Unauthorized", "WWW-Authenticate: Basic realm=\"x\"\r\n"),
       answer("307 Temporary Redirect", "Location: " + storage.url("/blob?signed") + "\r\n")}));
  auto reader = client(registry, Login{.username = "u", .password = "p"});
  const auto got = blob(reader, describe("content"));
  ASSERT_TRUE(got) << got.error().message;
  EXPECT_EQ(*got, "content");
  EXPECT_THAT(registry.requests().back(), HasSubstr("Authorization: Basic dTpw"));
  EXPECT_THAT(storage.requests().at(0),
              AllOf(HasSubstr("GET /blob?signed"), Not(HasSubstr("Authorization"))));
}

// A storage host that asks for a login is not answered with one.
TEST(Client, AStorageHostGetsNoLoginEvenIfItAsks) {
  TcpServer storage(in_turn({answer("401 Unauthorized", "WWW-Authenticate: Basic realm=x\r\n")}));
  TcpServer registry(
      in_turn({answer("307 Temporary Redirect", "Location: " + storage.url("/b") + "\r\n")}));
  auto reader = client(registry, Login{.username = "u", .password = "p"});
  EXPECT_FALSE(blob(reader, describe("content")));
  EXPECT_EQ(storage.requests().size(), 1U);
  EXPECT_EQ(registry.requests().size(), 1U);
}

TEST(Client, BlobsAreWhatTheirDigestSays) {
  TcpServer server(in_turn({answer("200 OK", "", "other!!"), answer("200 OK", "", "short"),
                            answer("200 OK", "", "content and more")}));
  auto reader = client(server);
  const auto other = blob(reader, describe("content"));
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().kind, ErrorKind::kProtocol);
  EXPECT_THAT(other.error().message, HasSubstr("it is not what its digest says"));
  EXPECT_THAT(blob(reader, describe("content")).error().message, HasSubstr("5 bytes came, of 7"));
  EXPECT_THAT(blob(reader, describe("content")).error().message,
              HasSubstr("longer than the manifest says (7 bytes)"));
}

TEST(Client, ManifestsAreWhatTheirDigestSays) {
  TcpServer server(in_turn({answer("200 OK", "", "{}")}));
  auto reader = client(server);
  EXPECT_TRUE(reader.manifest(describe("{}").digest, in_time()));
  EXPECT_THAT(reader.manifest(describe("x").digest, in_time()).error().message,
              HasSubstr("it is not what its digest says"));
}

TEST(Client, ManifestsAreBounded) {
  TcpServer server(in_turn({answer("200 OK", "", std::string((4 << 20) + 1, ' '))}));
  auto reader = client(server);
  EXPECT_THAT(reader.manifest("main", in_time()).error().message, HasSubstr("too long"));
}

TEST(Client, ARegistryThatSaysNoDigestIsAskedForTheManifest) {
  TcpServer server([](Peer& peer) {
    for (auto request = peer.read_request(); !request.empty(); request = peer.read_request()) {
      const bool is_head = request.starts_with("HEAD");
      peer.send("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n" + std::string(is_head ? "" : "{}"));
    }
  });
  auto reader = client(server);
  const auto head = reader.head("main", in_time());
  ASSERT_TRUE(head) << head.error().message;
  EXPECT_EQ(head->digest, describe("{}").digest);
}

TEST(Client, TooManyRequestsSayWhenToComeBack) {
  TcpServer server(in_turn({answer("429 Too Many Requests", "Retry-After: 30\r\n",
                                   R"({"errors":[{"code":"TOOMANYREQUESTS"}]})")}));
  auto reader = client(server);
  const auto refused = reader.manifest("main", in_time());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::kNetwork);
  EXPECT_EQ(refused.error().cause, Cause::kRateLimited);
  EXPECT_THAT(refused.error().message,
              HasSubstr("the registry has had too many requests: status 429 (TOOMANYREQUESTS); to "
                        "be asked again in 30 s"));
}

TEST(Client, ErrorsOfTheSinkAreReturned) {
  TcpServer server(in_turn({answer("200 OK", "", "content")}));
  auto reader = client(server);
  const auto result = reader.blob(
      describe("content"),
      [](std::string_view) -> util::Result<void> {
        return util::fail(ErrorKind::kLocal, "the disk is full");
      },
      in_time());
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().kind, ErrorKind::kLocal);
  EXPECT_THAT(result.error().message, HasSubstr("the disk is full"));
}

TEST(Client, ALoginThatIsRefusedTwiceIsNotTriedOn) {
  TcpServer server(
      in_turn({answer("401 Unauthorized", "WWW-Authenticate: Basic realm=x\r\n", kError)}));
  auto reader = client(server, Login{.username = "u", .password = "p"});
  const auto refused = reader.manifest("main", in_time());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().cause, Cause::kCredentialsRefused);
  EXPECT_EQ(server.requests().size(), 2U);
}

TEST(Client, ChallengesThatCannotBeAnsweredAreNamed) {
  TcpServer server(
      in_turn({answer("401 Unauthorized", "WWW-Authenticate: Negotiate\r\n"),
               answer("401 Unauthorized", "WWW-Authenticate: Bearer realm=\"x\"\r\n")}));
  auto reader = client(server);
  EXPECT_THAT(reader.head("main", in_time()).error().message,
              HasSubstr("neither by Basic nor by Bearer"));
  EXPECT_THAT(reader.head("main", in_time()).error().message,
              HasSubstr("names a token server that is no https address"));
}

// A token that has expired, or that the registry has forgotten, is got anew.
TEST(Client, ATokenThatIsRefusedIsReplaced) {
  TcpServer tokens(in_turn({answer("200 OK", "", R"({"token":"one"})"),
                            answer("200 OK", "", R"({"access_token":"two"})")}));
  const auto challenge = "WWW-Authenticate: Bearer realm=\"" + tokens.url("/t?a=b") +
                         "\",service=\"s p\",scope=\"repository:org/dags:pull\"\r\n";
  TcpServer server(in_turn({answer("401 Unauthorized", challenge), answer("200 OK", "", "{}"),
                            answer("401 Unauthorized", challenge), answer("200 OK", "", "{}")}));
  auto reader = client(server);
  ASSERT_TRUE(reader.manifest("main", in_time()));
  ASSERT_TRUE(reader.manifest("main", in_time()));
  EXPECT_THAT(tokens.requests().at(0),
              HasSubstr("GET /t?a=b&service=s%20p&scope=repository%3Aorg%2Fdags%3Apull "));
  const auto requests = server.requests();
  EXPECT_THAT(requests.at(0), Not(HasSubstr("Authorization")));
  EXPECT_THAT(requests.at(1), HasSubstr("Authorization: Bearer one"));
  EXPECT_THAT(requests.at(2), HasSubstr("Authorization: Bearer one"));
  EXPECT_THAT(requests.at(3), HasSubstr("Authorization: Bearer two"));
}

TEST(Client, UploadsGoWhereTheRegistrySays) {
  const auto there = answer("202 Accepted", "Location: /somewhere?state=1\r\n");
  TcpServer server(in_turn({answer("404 Not Found", ""), there, answer("201 Created", "")}));
  auto writer = client(server);
  const auto pushed = writer.push_blob(describe("content"), "content", in_time());
  ASSERT_TRUE(pushed) << pushed.error().message;
  EXPECT_THAT(server.requests().at(1), HasSubstr("POST /v2/org/dags/blobs/uploads/ "));
  EXPECT_THAT(server.requests().at(2),
              AllOf(HasSubstr("PUT /somewhere?state=1&digest=" + describe("content").digest),
                    ::testing::EndsWith("\r\n\r\ncontent")));
}

TEST(Challenge, ParametersAreRead) {
  const auto all = parse_challenges(
      R"(Bearer realm="https://a/b?c=d,e", Service = "x\"y",scope=z, Basic realm="r")");
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(all[0].scheme, "bearer");
  EXPECT_EQ(all[0].parameter("realm"), "https://a/b?c=d,e");
  EXPECT_EQ(all[0].parameter("service"), "x\"y");
  EXPECT_EQ(all[0].parameter("scope"), "z");
  EXPECT_EQ(all[1].scheme, "basic");
  EXPECT_EQ(parse_challenges("Bearer realm=\"open").size(), 1U);
  EXPECT_TRUE(parse_challenges("=").empty());
}

TEST(TokenAnswer, LivesForAMinuteUnlessItSaysOtherwise) {
  EXPECT_EQ(parse_token_answer(R"({"token":"t"})")->lifetime.count(), 60);
  EXPECT_EQ(parse_token_answer(R"({"access_token":"t","expires_in":300})")->lifetime.count(), 300);
  EXPECT_EQ(parse_token_answer(R"({"token":"t","expires_in":-5})")->lifetime.count(), 0);
  EXPECT_EQ(
      parse_token_answer(R"({"token":"t","expires_in":18446744073709551615})")->lifetime.count(),
      86400);
  EXPECT_FALSE(parse_token_answer(R"({"token":""})"));
  EXPECT_FALSE(parse_token_answer(R"({"token":"a\nb"})"));
  EXPECT_FALSE(parse_token_answer("[]"));
}

TEST(Client, TellsHowLongARegistryWantsToBeLeftAlone) {
  TcpServer registry(in_turn({answer("503 Busy", "Retry-After: 30\r\n"),
                              answer("429 Too Many Requests", ""), answer("200 OK", "", "bytes")}));
  auto reader = client(registry);
  EXPECT_EQ(reader.retry_after(), std::nullopt);
  EXPECT_FALSE(blob(reader, describe("bytes")));
  EXPECT_EQ(reader.retry_after(), std::chrono::seconds(30));
  EXPECT_FALSE(blob(reader, describe("bytes")));
  EXPECT_EQ(reader.retry_after(), std::nullopt) << "of the last one";
  EXPECT_TRUE(blob(reader, describe("bytes")));
}

TEST(Client, SpeaksTlsToThisMachineIfItIsTold) {
  TcpServer registry([](Peer& peer) {
    peer.send("HTTP/1.0 400 Bad Request\r\n\r\n");
    peer.wait_until_closed();
  });
  const auto reference =
      parse_reference("oci://127.0.0.1:" + std::to_string(registry.port()) + "/org/dags").value();
  auto reader = Client::create(reference, {.plain_http = PlainHttp::kNever}).value();
  const auto got = blob(reader, describe("bytes"));
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().cause, Cause::kNoTls) << got.error().message;
}

}  // namespace
}  // namespace gitsync::oci
