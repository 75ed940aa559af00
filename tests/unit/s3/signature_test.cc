// SPDX-License-Identifier: Apache-2.0
// The vectors are AWS's: the examples of "Signature calculations for the authorization header"
// (Amazon S3 API Reference), and of the suite that "Create a signed AWS API request" (IAM User
// Guide) comes with.
#include "s3/signature.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "s3/digest.h"
#include "s3/encode.h"

namespace gitsync::s3 {
namespace {

using namespace std::chrono;
using testing::ElementsAre;
using testing::EndsWith;
using testing::Pair;
using testing::StartsWith;

const Identity kS3Example{.access_key = "AKIAIOSFODNN7EXAMPLE",
                          .secret_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"};
const SigningScope kS3Scope{.region = "us-east-1", .time = sys_days(2013y / May / 24)};
constexpr auto kS3Host = "examplebucket.s3.amazonaws.com";

std::string authorization_of(Signable request) {
  if (request.payload_hash.empty()) request.payload_hash = sha256_hex("");
  request.headers.emplace_back("Host", kS3Host);
  SigningKey key;
  const auto added = sign(std::move(request), kS3Example, kS3Scope, key);
  return added.back().second;
}

TEST(Signature, OfGetIsTheOneOfTheDocumentation) {
  EXPECT_EQ(authorization_of({.path = "/test.txt", .headers = {{"Range", "bytes=0-9"}}}),
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
            "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,"
            "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
}

TEST(Signature, OfPutIsTheOneOfTheDocumentation) {
  EXPECT_EQ(authorization_of({.method = "PUT",
                              .path = encode_path("/test$file.text"),
                              .headers = {{"x-amz-storage-class", "REDUCED_REDUNDANCY"},
                                          {"Date", "Fri, 24 May 2013 00:00:00 GMT"}},
                              .payload_hash = sha256_hex("Welcome to Amazon S3.")}),
            "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,"
            "SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class,"
            "Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
}

TEST(Signature, OfQueriesAreThoseOfTheDocumentation) {
  EXPECT_THAT(authorization_of({.query = encode_query({{"lifecycle", ""}})}),
              EndsWith("fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"));
  EXPECT_THAT(authorization_of({.query = encode_query({{"prefix", "J"}, {"max-keys", "2"}})}),
              EndsWith("34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"));
}

struct SuiteCase {
  const char* name;
  Signable request;
  const char* signature;
};

class Suite : public testing::TestWithParam<SuiteCase> {};

TEST_P(Suite, SignatureIsThePublishedOne) {
  Signable request = GetParam().request;
  if (request.payload_hash.empty()) request.payload_hash = sha256_hex("");
  request.headers.emplace_back("Host", "example.amazonaws.com");
  request.headers.emplace_back("X-Amz-Date", "20150830T123600Z");
  const Identity identity{.access_key = "AKIDEXAMPLE",
                          .secret_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"};
  const SigningScope scope{.region = "us-east-1",
                           .service = "service",
                           .time = sys_days(2015y / August / 30) + 12h + 36min};
  SigningKey key;
  EXPECT_THAT(authorization(request, identity, scope, key),
              EndsWith(std::string("Signature=") + GetParam().signature));
}

INSTANTIATE_TEST_SUITE_P(
    OfTheSuite, Suite,
    testing::Values(
        SuiteCase{
            "get_vanilla", {}, "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"},
        SuiteCase{"get_vanilla_query_order_key_case",
                  {.query = encode_query({{"Param2", "value2"}, {"Param1", "value1"}})},
                  "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500"},
        SuiteCase{"get_vanilla_utf8_query",
                  {.query = encode_query({{"\u1234", "bar"}})},
                  "2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04"},
        SuiteCase{"get_utf8",
                  {.path = encode_path("/\u1234")},
                  "8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85"},
        SuiteCase{"get_header_value_trim",
                  {.headers = {{"My-Header1", " value1"}, {"My-Header2", " \"a   b   c\""}}},
                  "acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736"},
        SuiteCase{"post_x_www_form_urlencoded",
                  {.method = "POST",
                   .headers = {{"Content-Type", "application/x-www-form-urlencoded"}},
                   .payload_hash = sha256_hex("Param1=value1")},
                  "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a"}),
    [](const auto& one) { return std::string(one.param.name); });

TEST(Signature, TokenIsSentAndSigned) {
  Identity identity = kS3Example;
  identity.session_token = "token";
  SigningKey key;
  const auto added =
      sign({.headers = {{"Host", kS3Host}}, .payload_hash = std::string(kUnsignedPayload)},
           identity, kS3Scope, key);
  EXPECT_THAT(added, ElementsAre(Pair("x-amz-date", "20130524T000000Z"),
                                 Pair("x-amz-content-sha256", "UNSIGNED-PAYLOAD"),
                                 Pair("x-amz-security-token", "token"),
                                 Pair("Authorization", StartsWith("AWS4-HMAC-SHA256 "))));
  EXPECT_THAT(
      added.back().second,
      testing::HasSubstr("=host;x-amz-content-sha256;x-amz-date;x-amz-security-token,Signature="));
}

TEST(SigningKey, ThatIsKeptIsTheOneOfItsSecretAndScope) {
  const SigningScope next_day{.region = "us-east-1", .time = kS3Scope.time + 24h};
  const SigningScope elsewhere{.region = "eu-central-1", .time = kS3Scope.time};
  const auto fresh = [](const std::string& secret, const SigningScope& scope) {
    return SigningKey().of(secret, scope);
  };
  SigningKey kept;
  for (const SigningScope& scope : {kS3Scope, next_day, elsewhere, kS3Scope}) {
    for (const std::string secret : {"one", "two"}) {
      EXPECT_EQ(kept.of(secret, scope), fresh(secret, scope));
    }
  }
  EXPECT_NE(fresh("one", kS3Scope), fresh("two", kS3Scope));
  EXPECT_NE(fresh("one", kS3Scope), fresh("one", next_day));
  EXPECT_NE(fresh("one", kS3Scope), fresh("one", elsewhere));
}

TEST(Encode, KeepsUnreservedCharactersOnly) {
  EXPECT_EQ(encode("azAZ09-._~"), "azAZ09-._~");
  EXPECT_EQ(encode(" +%=&/?#*'()!@:,;$"), "%20%2B%25%3D%26%2F%3F%23%2A%27%28%29%21%40%3A%2C%3B%24");
  EXPECT_EQ(encode(std::string_view("\0\x7f\xff", 3)), "%00%7F%FF");
  EXPECT_EQ(encode_path("a//b c/\u00e4%2F/"), "a//b%20c/%C3%A4%252F/");
  EXPECT_EQ(encode_path(std::string(1024, '%')).size(), 3072u);
}

TEST(Encode, QueryIsSortedByEncodedNames) {
  EXPECT_EQ(encode_query({{"b", "2"}, {"a", "&="}, {"B", ""}}), "B=&a=%26%3D&b=2");
}

}  // namespace
}  // namespace gitsync::s3
