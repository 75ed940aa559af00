// SPDX-License-Identifier: Apache-2.0
#include "s3/credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <thread>

#include "s3/options.h"
#include "s3/provider.h"
#include "s3/shared_config.h"
#include "support/captured_log.h"
#include "support/http_stub.h"
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

const std::chrono::sys_seconds kNow = std::chrono::sys_days(std::chrono::year(2026) / 11 / 26);
using Variables = std::vector<std::pair<std::string, std::string>>;

util::Limit in_time() { return util::Limit{}.within(20s); }

// Without a home and metadata of the machine that the tests run on.
util::Environment with(const Variables& variables) {
  util::Environment environment;
  environment.set("AWS_EC2_METADATA_DISABLED", "true");
  for (const auto& [name, value] : variables) environment.set(name, value);
  return environment;
}

struct Fixture {
  explicit Fixture(const Variables& variables, std::string instance_metadata = "")
      : credentials({.environment = with(variables),
                     .clock = [this] { return now.load(); },
                     .instance_metadata = std::move(instance_metadata)},
                    log.logger()) {}

  Identity get() {
    const auto got = credentials.get(in_time());
    EXPECT_TRUE(got) << got.error().message;
    return got && *got ? **got : Identity{};
  }
  util::Error error() {
    const auto got = credentials.get(in_time());
    EXPECT_FALSE(got);
    return got ? util::Error{} : got.error();
  }

  std::atomic<std::chrono::sys_seconds> now = kNow;
  test::CapturedLog log;
  Credentials credentials;
};

std::string time_text(std::chrono::sys_seconds time) {
  const auto seconds = std::chrono::system_clock::to_time_t(time);
  std::tm parts{};
  ::gmtime_r(&seconds, &parts);
  char text[32];
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts);
  return text;
}

std::string json_of(const std::string& key, std::chrono::sys_seconds expiration) {
  return R"({"Code":"Success","AccessKeyId":")" + key +
         R"(","SecretAccessKey":"secret-of-the-role","Token":"token-of-the-role","Expiration":")" +
         time_text(expiration) + "\"}";
}

TEST(S3Credentials, NoneMeansUnsigned) {
  Fixture f(Variables{});
  const auto got = f.credentials.get(in_time());
  ASSERT_TRUE(got);
  EXPECT_EQ(*got, nullptr);
}

TEST(S3Credentials, OfVariablesComeFirst) {
  Fixture f(Variables{{"AWS_ACCESS_KEY_ID", "key"},
                      {"AWS_SECRET_ACCESS_KEY", "secret-in-a-variable"},
                      {"AWS_SESSION_TOKEN", "token"},
                      {"AWS_WEB_IDENTITY_TOKEN_FILE", "/missing"}});
  const auto identity = f.get();
  EXPECT_EQ(identity.access_key, "key");
  EXPECT_EQ(identity.secret_key, "secret-in-a-variable");
  EXPECT_EQ(identity.session_token, "token");
  EXPECT_EQ(f.log.sink().redact("a secret-in-a-variable b"), "a REDACTED b");
}

TEST(S3Credentials, OfVariablesCountWithoutBlanksAroundThem) {
  const auto identity = Fixture(Variables{{"AWS_ACCESS_KEY_ID", "key\n"},
                                          {"AWS_SECRET_ACCESS_KEY", " secret-value\r\n"},
                                          {"AWS_SESSION_TOKEN", "token\n"}})
                            .get();
  EXPECT_EQ(identity.access_key, "key");
  EXPECT_EQ(identity.secret_key, "secret-value");
  EXPECT_EQ(identity.session_token, "token");
  EXPECT_EQ(Fixture(Variables{{"AWS_ACCESS_KEY_ID", "\n"}, {"AWS_SECRET_ACCESS_KEY", "\n"}})
                .get()
                .access_key,
            "");
}

TEST(S3Credentials, OfVariablesWithALineBreakWithinAreRefusedByName) {
  for (const std::string name :
       {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}) {
    Variables variables{{"AWS_ACCESS_KEY_ID", "value"},
                        {"AWS_SECRET_ACCESS_KEY", "value"},
                        {"AWS_SESSION_TOKEN", "value"}};
    for (auto& [one, value] : variables) value += one == name ? "\nX-Evil: value" : "";
    const auto error = Fixture(variables).error();
    EXPECT_EQ(error.kind, ErrorKind::kInvalid);
    EXPECT_THAT(error.message,
                AllOf(HasSubstr(name + " holds a line break"), Not(HasSubstr("value"))));
  }
}

TEST(S3Credentials, HalfOfAPairNamesTheOtherHalf) {
  EXPECT_THAT(Fixture(Variables{{"AWS_ACCESS_KEY_ID", "key"}}).error().message,
              HasSubstr("AWS_SECRET_ACCESS_KEY is not"));
  const auto error = Fixture(Variables{{"AWS_SECRET_ACCESS_KEY", "secret-value"}}).error();
  EXPECT_THAT(error.message,
              AllOf(HasSubstr("AWS_ACCESS_KEY_ID is not"), Not(HasSubstr("secret-value"))));
  EXPECT_EQ(error.kind, ErrorKind::kInvalid);
}

constexpr auto kStsAnswer =
    "<AssumeRoleWithWebIdentityResponse xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\">"
    "<AssumeRoleWithWebIdentityResult><Credentials><SessionToken>t+/=</SessionToken>"
    "<SecretAccessKey>s</SecretAccessKey><Expiration>2026-11-26T01:00:00Z</Expiration>"
    "<AccessKeyId>ASIA</AccessKeyId></Credentials></AssumeRoleWithWebIdentityResult>"
    "</AssumeRoleWithWebIdentityResponse>";

class WebIdentity : public testing::Test {
 protected:
  WebIdentity() { EXPECT_TRUE(util::write_file(path_, "token.of+cluster/=\n")); }
  Variables variables(const TcpServer& server) const {
    return {{"AWS_WEB_IDENTITY_TOKEN_FILE", path_},
            {"AWS_ROLE_ARN", "arn:aws:iam::1:role/dags"},
            {"AWS_ROLE_SESSION_NAME", "me"},
            {"AWS_ENDPOINT_URL_STS", server.url("")}};
  }
  const test::TempDir dir_;
  const std::string path_ = dir_ / "token";
};

TEST_F(WebIdentity, IsTradedForCredentialsAtSts) {
  TcpServer server(answering_by([](const std::string& request) {
    const bool is_right =
        request_line(request) == "POST /" && header_of(request, "Authorization").empty() &&
        header_of(request, "Content-Type") == "application/x-www-form-urlencoded" &&
        test::body_of(request) ==
            "Action=AssumeRoleWithWebIdentity&RoleArn=arn%3Aaws%3Aiam%3A%3A1%3Arole%2Fdags&"
            "RoleSessionName=me&Version=2011-06-15&WebIdentityToken=token.of%2Bcluster%2F%3D";
    return is_right ? response(200, kStsAnswer) : response(400, "unexpected");
  }));
  Fixture f(variables(server));
  const auto identity = f.get();
  EXPECT_EQ(identity.access_key, "ASIA");
  EXPECT_EQ(identity.session_token, "t+/=");
  EXPECT_EQ(identity.expires_at, kNow + 1h);
  f.get();
  EXPECT_EQ(server.connections(), 1) << "they are kept";
}

TEST_F(WebIdentity, IsRenewedSomeMinutesBeforeTheEndWithTheTokenOfThen) {
  std::atomic<int> count = 0;
  TcpServer server(answering_by([&](const std::string&) {
    std::string answer = kStsAnswer;
    if (++count > 1) answer.replace(answer.find("2026-11-26T01"), 13, "2026-11-26T02");
    return response(200, answer);
  }));
  Fixture f(variables(server));
  f.get();
  f.now = kNow + 54min;
  f.get();
  EXPECT_EQ(count, 1);
  ASSERT_TRUE(util::write_file(path_, "second"));
  f.now = kNow + 56min;
  EXPECT_EQ(f.get().expires_at, kNow + 2h);
  EXPECT_THAT(server.requests(), testing::Contains(testing::EndsWith("WebIdentityToken=second")));
}

TEST_F(WebIdentity, OldCredentialsAreUsedWhileRenewingFailsAndTheyHold) {
  std::atomic<int> count = 0;
  TcpServer server(answering_by([&](const std::string&) {
    return ++count == 1 ? response(200, kStsAnswer) : response(503, "");
  }));
  Fixture f(variables(server));
  f.get();
  f.now = kNow + 56min;
  EXPECT_EQ(f.get().access_key, "ASIA");
  EXPECT_EQ(f.get().access_key, "ASIA");
  EXPECT_EQ(count, 2) << "a server that is away is not asked at each request";
  f.now = kNow + 60min;
  EXPECT_EQ(f.error().kind, ErrorKind::kNetwork);
}

TEST_F(WebIdentity, RefusalHasTheWordsOfStsAndNoSecret) {
  TcpServer server(answering_by([](const std::string&) {
    return response(403,
                    "<ErrorResponse><Error><Code>AccessDenied</Code><Message>Not authorized to "
                    "perform</Message></Error></ErrorResponse>");
  }));
  const auto error = Fixture(variables(server)).error();
  EXPECT_EQ(error.kind, ErrorKind::kAuth);
  EXPECT_THAT(error.message,
              AllOf(HasSubstr("AWS_WEB_IDENTITY_TOKEN_FILE: "), HasSubstr("AccessDenied"),
                    HasSubstr("role/dags"), Not(HasSubstr("token.of"))));
}

TEST_F(WebIdentity, StsThatIsBusyIsAskedAgainAndRefusesNoRole) {
  const auto busy = [](const std::string& code) {
    return response(400, "<ErrorResponse><Error><Code>" + code +
                             "</Code><Message>later</Message></Error></ErrorResponse>");
  };
  for (const std::string code :
       {"Throttling", "ThrottlingException", "IDPCommunicationError", "RequestLimitExceeded"}) {
    std::atomic<int> count = 0;
    TcpServer server(answering_by(
        [&](const std::string&) { return ++count < 3 ? busy(code) : response(200, kStsAnswer); }));
    EXPECT_EQ(Fixture(variables(server)).get().access_key, "ASIA") << code;
    count = -1000;
    const auto error = Fixture(variables(server)).error();
    EXPECT_EQ(count, -997);
    EXPECT_EQ(error.kind, ErrorKind::kNetwork);
    EXPECT_NE(error.cause, util::Cause::kWebIdentityRefused);
    EXPECT_THAT(error.message,
                HasSubstr("STS could not look at the role now: status 400: " + code));
  }
}

TEST_F(WebIdentity, StsThatHangsIsNotWaitedForWithoutEnd) {
  TcpServer server(TcpServer::hanging());
  const test::CapturedLog log;
  Credentials credentials({.environment = with(variables(server)), .patience = 100ms},
                          log.logger());
  const auto got = credentials.get({});
  ASSERT_FALSE(got);
  EXPECT_EQ(got.error().kind, ErrorKind::kTimeout);
}

TEST_F(WebIdentity, WithoutARoleOrATokenSaysSo) {
  EXPECT_THAT(Fixture(Variables{{"AWS_WEB_IDENTITY_TOKEN_FILE", path_}}).error().message,
              HasSubstr("AWS_ROLE_ARN"));
  EXPECT_THAT(
      Fixture(Variables{{"AWS_WEB_IDENTITY_TOKEN_FILE", dir_ / "no"}, {"AWS_ROLE_ARN", "r"}})
          .error()
          .message,
      HasSubstr("AWS_WEB_IDENTITY_TOKEN_FILE"));
}

TEST(S3Container, IsAskedWithTheTokenOfItsFile) {
  const test::TempDir dir;
  ASSERT_TRUE(util::write_file(dir / "token", "pod-token\n"));
  TcpServer server(answering_by([](const std::string& request) {
    const bool is_right = request_line(request) == "GET /v1/credentials" &&
                          header_of(request, "Authorization") == "pod-token";
    return is_right ? response(200, json_of("ASIA", kNow + 6h)) : response(401, "");
  }));
  Fixture f(Variables{{"AWS_CONTAINER_CREDENTIALS_FULL_URI", server.url("/v1/credentials")},
                      {"AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", dir / "token"}});
  const auto identity = f.get();
  EXPECT_EQ(identity.access_key, "ASIA");
  EXPECT_EQ(identity.session_token, "token-of-the-role");
  EXPECT_EQ(identity.expires_at, kNow + 6h);
}

TEST(S3Container, IsNotAskedInTheClearFarAway) {
  for (const auto* url : {"http://example.com/", "http://169.254.169.254/", "http://10.0.0.1/",
                          "http://127.0.0.1.example.com/", "http://[fd00:ec2::24]/", "ftp://x"}) {
    Fixture f(Variables{{"AWS_CONTAINER_CREDENTIALS_FULL_URI", url},
                        {"AWS_CONTAINER_AUTHORIZATION_TOKEN", "secret-token"}});
    const auto error = f.error();
    EXPECT_EQ(error.kind, ErrorKind::kInvalid) << url;
    EXPECT_THAT(error.message, AllOf(HasSubstr("AWS_CONTAINER_CREDENTIALS_FULL_URI"),
                                     Not(HasSubstr("secret-token"))));
  }
}

TEST(S3Container, RefusalNamesItsVariable) {
  TcpServer server(answering_by([](const std::string&) { return response(403, "secret"); }));
  const auto error =
      Fixture(Variables{{"AWS_CONTAINER_CREDENTIALS_FULL_URI", server.url("/")}}).error();
  EXPECT_EQ(error.kind, ErrorKind::kAuth);
  EXPECT_THAT(error.message, HasSubstr("AWS_CONTAINER_CREDENTIALS_FULL_URI: status 403"));
}

// Answers of an instance whose metadata says what it is told to.
class Instance {
 public:
  std::string answer(const std::string& request) const {
    if (request.starts_with("PUT")) return response(token_status, "session");
    if (!has_role) return response(404);
    return request_line(request).ends_with("/my-role") ? response(200, json_of("ASIA", expires_at))
                                                       : response(200, "my-role\n");
  }
  int looks() const {
    const auto requests = server.requests();
    return static_cast<int>(std::ranges::count_if(
        requests, [](const std::string& request) { return request.starts_with("PUT"); }));
  }

  std::atomic<int> token_status = 200;
  std::atomic<bool> has_role = true;
  std::atomic<std::chrono::sys_seconds> expires_at = kNow + 1h;
  TcpServer server{answering_by([this](const auto& request) { return answer(request); })};
  // No variable names it.
  Fixture f{Variables{{"AWS_EC2_METADATA_DISABLED", "false"}}, server.url("")};
};

TEST(S3Instance, BusyOneDoesNotTakeAwayWhatStillHolds) {
  for (const bool is_busy : {true, false}) {
    Instance instance;
    auto& f = instance.f;
    EXPECT_EQ(f.get().access_key, "ASIA");
    (is_busy ? instance.token_status = 429 : instance.has_role = false);
    f.now = kNow + 56min;
    EXPECT_EQ(f.get().access_key, "ASIA");
    EXPECT_EQ(f.get().access_key, "ASIA");
    EXPECT_EQ(instance.looks(), 2);
    EXPECT_THAT(f.log.text(), HasSubstr("cannot renew credentials for S3"));
    instance.token_status = 200;
    instance.has_role = true;
    instance.expires_at = kNow + 2h;
    f.now = kNow + 57min;
    EXPECT_EQ(f.get().expires_at, kNow + 2h);
  }
}

TEST(S3Instance, ThatGaveSomeAndDoesNotAnswerAtTheirEndIsAnError) {
  Instance instance;
  instance.f.get();
  instance.token_status = 503;
  instance.f.now = kNow + 1h;
  EXPECT_THAT(instance.f.error().message, HasSubstr("instance metadata (EC2): status 503"));
}

TEST(S3Instance, BusyOneIsAskedAgainSoonAndOneThatIsNoneIsNot) {
  Instance instance;
  auto& f = instance.f;
  instance.token_status = 503;
  EXPECT_EQ(f.get().access_key, "");
  f.now = kNow + 59s;
  EXPECT_EQ(f.get().access_key, "");
  EXPECT_EQ(instance.looks(), 1);
  instance.token_status = 404;
  f.now = kNow + 60s;
  EXPECT_EQ(f.get().access_key, "");
  instance.token_status = 200;
  f.now = kNow + 5min;
  EXPECT_EQ(f.get().access_key, "");
  EXPECT_EQ(instance.looks(), 2);
  f.now = kNow + 12min;
  EXPECT_EQ(f.get().access_key, "ASIA");
}

TEST(S3Instance, ThatGivesOutWhatEndsSoonIsNotAskedAtEachRequest) {
  Instance instance;
  auto& f = instance.f;
  instance.expires_at = kNow + 3min;
  f.get();
  f.get();
  f.now = kNow + 29s;
  f.get();
  EXPECT_EQ(instance.looks(), 1);
  f.now = kNow + 30s;
  f.get();
  EXPECT_EQ(instance.looks(), 2);
}

TEST(S3Instance, IsAskedByVersionTwo) {
  TcpServer server(answering_by([](const std::string& request) {
    const auto line = request_line(request);
    if (line == "PUT /latest/api/token" &&
        header_of(request, "X-aws-ec2-metadata-token-ttl-seconds") == "21600") {
      return response(200, "session");
    }
    if (header_of(request, "X-aws-ec2-metadata-token") != "session") return response(401);
    constexpr std::string_view kFolder = "GET /latest/meta-data/iam/security-credentials/";
    if (line == kFolder) return response(200, "my-role\n");
    return line == std::string(kFolder) + "my-role" ? response(200, json_of("ASIA", kNow + 1h))
                                                    : response(404);
  }));
  Fixture f(Variables{{"AWS_EC2_METADATA_DISABLED", "false"},
                      {"AWS_EC2_METADATA_SERVICE_ENDPOINT", server.url("")}});
  EXPECT_EQ(f.get().access_key, "ASIA");
}

TEST(S3Instance, WithoutARoleIsNoError) {
  TcpServer server(answering_by([](const std::string& request) {
    return request.starts_with("PUT") ? response(200, "session") : response(404);
  }));
  Fixture f(Variables{{"AWS_EC2_METADATA_DISABLED", "false"},
                      {"AWS_EC2_METADATA_SERVICE_ENDPOINT", server.url("")}});
  EXPECT_EQ(f.get().access_key, "");
}

TEST(S3Instance, IsNotAskedWhenDisabled) {
  TcpServer server(answering_by([](const std::string&) { return response(200, "session"); }));
  Fixture f(Variables{{"AWS_EC2_METADATA_SERVICE_ENDPOINT", server.url("")}});
  EXPECT_EQ(f.get().access_key, "");
  EXPECT_EQ(server.connections(), 0);
}

TEST(S3Identity, UnusableJsonIsRefusedWithoutRepeatingIt) {
  for (const auto* json :
       {"", "[]", "{}", R"({"AccessKeyId":"a"})", R"({"AccessKeyId":"a","SecretAccessKey":7})",
        R"({"AccessKeyId":"a","SecretAccessKey":"hidden","Expiration":"soon"})"}) {
    const auto parsed = parse_identity(json, "x");
    ASSERT_FALSE(parsed) << json;
    EXPECT_EQ(parsed.error().kind, ErrorKind::kProtocol);
    EXPECT_THAT(parsed.error().message, Not(HasSubstr("hidden")));
  }
}

class Profile : public testing::Test {
 protected:
  Variables files(const std::string& credentials, const std::string& config) const {
    EXPECT_TRUE(util::write_file(dir_ / "credentials", credentials));
    EXPECT_TRUE(util::write_file(dir_ / "config", config));
    return {{"AWS_SHARED_CREDENTIALS_FILE", dir_ / "credentials"},
            {"AWS_CONFIG_FILE", dir_ / "config"}};
  }
  static Variables and_profile(Variables variables, const std::string& name) {
    variables.emplace_back("AWS_PROFILE", name);
    return variables;
  }
  const test::TempDir dir_;
};

TEST_F(Profile, IsTheDefaultOrTheOneThatIsNamed) {
  const auto both = files(
      "[default]\naws_access_key_id=a\naws_secret_access_key = s=1 # old\n"
      "[dags]\naws_access_key_id = b\naws_secret_access_key = t\n"
      "aws_session_token = u\n",
      "[default]\nregion = eu-west-1\n[profile dags]\nregion = eu-west-2\n");
  const auto identity = Fixture(both).get();
  EXPECT_EQ(identity.access_key, "a");
  EXPECT_EQ(identity.secret_key, "s=1");
  const auto dags = Fixture(and_profile(both, "dags")).get();
  EXPECT_EQ(dags.access_key, "b");
  EXPECT_EQ(dags.session_token, "u");
  EXPECT_EQ(Options::from(with(both))->region, "eu-west-1");
  EXPECT_EQ(Options::from(with(and_profile(both, "dags")))->region, "eu-west-2");
  const auto missing = Fixture(and_profile(both, "other")).error();
  EXPECT_EQ(missing.kind, ErrorKind::kNotFound);
  EXPECT_THAT(missing.message, HasSubstr("AWS_PROFILE: there is no profile \"other\""));
}

TEST_F(Profile, OfWaysThatAreNotSupportedSaysSo) {
  for (const std::string setting : {"role_arn", "credential_process", "sso_session"}) {
    const auto error = Fixture(files("", "[default]\n" + setting + " = x\n")).error();
    EXPECT_THAT(error.message, AllOf(HasSubstr(setting), HasSubstr("not supported")));
    EXPECT_EQ(error.kind, ErrorKind::kInvalid);
  }
}

TEST_F(Profile, FileThatIsNamedButMissingIsAnError) {
  EXPECT_THAT(Fixture(Variables{{"AWS_SHARED_CREDENTIALS_FILE", dir_ / "no"}}).error().message,
              HasSubstr("AWS_SHARED_CREDENTIALS_FILE"));
  EXPECT_EQ(Fixture(Variables{{"HOME", dir_.path()}}).get().access_key, "");
}

TEST_F(Profile, SettingsOfServicesAndNestedOnesAreFound) {
  const auto both = files("",
                          "[default]\nservices = mine\ns3 =\n  addressing_style = virtual\n"
                          "[services mine]\ns3 =\n  endpoint_url = https://s3.example.com\n");
  const auto options = Options::from(with(both));
  ASSERT_TRUE(options);
  EXPECT_EQ(options->endpoint, "https://s3.example.com");
  EXPECT_EQ(options->style, BucketStyle::kHost);
}

TEST(S3Options, VariablesOfS3ComeBeforeGeneralOnes) {
  const auto options = Options::from(with({{"AWS_ENDPOINT_URL", "https://general"},
                                           {"AWS_ENDPOINT_URL_S3", "https://s3"},
                                           {"AWS_DEFAULT_REGION", "second"},
                                           {"AWS_REGION", "first"},
                                           {"AWS_CA_BUNDLE", "/bundle.pem"},
                                           {"HTTPS_PROXY", "http://proxy"}}));
  ASSERT_TRUE(options);
  EXPECT_EQ(options->endpoint, "https://s3");
  EXPECT_EQ(options->region, "first");
  EXPECT_EQ(options->http.trust.cert_file, "/bundle.pem");
  EXPECT_EQ(options->http.proxies.https_proxy, "http://proxy");
  EXPECT_EQ(Options::from(with({{"AWS_ENDPOINT_URL", "https://general"}}))->endpoint,
            "https://general");
}

TEST(S3Credentials, AreSharedByThreads) {
  std::atomic<int> count = 0;
  TcpServer server(answering_by([&](const std::string&) {
    ++count;
    return response(200, json_of("ASIA", kNow + 1h));
  }));
  Fixture f(Variables{{"AWS_CONTAINER_CREDENTIALS_FULL_URI", server.url("/")}});
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) threads.emplace_back([&] { EXPECT_EQ(f.get().access_key, "ASIA"); });
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(count, 1);
}

}  // namespace
}  // namespace gitsync::s3
