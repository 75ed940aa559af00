// SPDX-License-Identifier: Apache-2.0
#include "s3/address.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "s3/endpoint.h"

namespace gitsync::s3 {
namespace {

using testing::HasSubstr;
using util::ErrorKind;

std::string refusal(std::string_view text) {
  const auto parsed = parse_address(text);
  if (parsed) return "accepted " + parsed->display();
  EXPECT_EQ(parsed.error().kind, ErrorKind::kInvalid);
  return parsed.error().message;
}

TEST(S3Address, HoldsBucketAndKeyAsTheyAreWritten) {
  EXPECT_EQ(parse_address("s3://bucket"), (Address{"bucket", ""}));
  EXPECT_EQ(parse_address("s3://bucket/"), (Address{"bucket", ""}));
  EXPECT_EQ(parse_address("s3://b.u-1/dags/"), (Address{"b.u-1", "dags/"}));
  EXPECT_EQ(parse_address("s3://my_dags/key"), (Address{"my_dags", "key"}));
  EXPECT_EQ(parse_address("S3://bucket/a b+c%20?d#e=\u00e4"),
            (Address{"bucket", "a b+c%20?d#e=\u00e4"}));
  EXPECT_EQ(parse_address("s3://bucket//a//"), (Address{"bucket", "/a//"}));
  EXPECT_EQ(parse_address("s3://bucket/" + std::string(1024, 'x'))->key.size(), 1024u);
}

TEST(S3Address, RefusalsSayWhichRuleIsBroken) {
  EXPECT_THAT(refusal("bucket/key"), HasSubstr("s3://bucket/key"));
  EXPECT_THAT(refusal("s3:/bucket"), HasSubstr("s3://bucket/key"));
  EXPECT_THAT(refusal("s3://"), HasSubstr("missing"));
  EXPECT_THAT(refusal("s3:///key"), HasSubstr("missing"));
  EXPECT_THAT(refusal("s3://Bucket"), HasSubstr("\"Bucket\" is no name of a bucket: it may only"));
  EXPECT_THAT(refusal("s3://a+b"), HasSubstr("may only"));
  EXPECT_THAT(refusal("s3://_ab"), HasSubstr("begin and end"));
  EXPECT_THAT(refusal("s3://ab"), HasSubstr("3 to 63"));
  EXPECT_THAT(refusal("s3://" + std::string(64, 'a')), HasSubstr("3 to 63"));
  EXPECT_THAT(refusal("s3://-ab"), HasSubstr("begin and end"));
  EXPECT_THAT(refusal("s3://ab."), HasSubstr("begin and end"));
  EXPECT_THAT(refusal("s3://a..b"), HasSubstr("two dots"));
  EXPECT_THAT(refusal("s3://192.168.5.4"), HasSubstr("IP address"));
  EXPECT_THAT(refusal("s3://minio:9000/bucket"), HasSubstr("endpoint"));
  EXPECT_THAT(refusal("s3://arn:aws:s3:eu-west-1:1:accesspoint/x"), HasSubstr("alias"));
  EXPECT_THAT(refusal("s3://bucket/" + std::string(1025, 'x')), HasSubstr("1025"));
  EXPECT_THAT(refusal("s3://bucket/\xff"), HasSubstr("not UTF-8"));
  EXPECT_THAT(refusal("s3://bucket/a\nb"), HasSubstr("control character"));
}

TEST(S3Address, RefusalOfCredentialsDoesNotRepeatThem) {
  EXPECT_EQ(refusal("s3://AKIA:secret@bucket/key").find("secret"), std::string::npos);
}

Endpoint endpoint(const Options& options, std::string_view bucket = "bucket",
                  std::string_view region = "eu-west-1") {
  auto made = endpoint_of(options, bucket, region);
  EXPECT_TRUE(made) << made.error().message;
  return made.value_or(Endpoint{});
}

TEST(S3Endpoint, OfAwsHasTheBucketInItsHost) {
  const auto made = endpoint({});
  EXPECT_EQ(made.origin, "https://bucket.s3.eu-west-1.amazonaws.com");
  EXPECT_EQ(made.host, "bucket.s3.eu-west-1.amazonaws.com");
  EXPECT_EQ(made.path("a b/c"), "/a%20b/c");
  EXPECT_EQ(made.path(""), "/");
  EXPECT_EQ(endpoint({}, "bucket", "cn-north-1").host, "bucket.s3.cn-north-1.amazonaws.com.cn");
  EXPECT_EQ(endpoint({}, "bucket", "eusc-de-east-1").host, "bucket.s3.eusc-de-east-1.amazonaws.eu");
}

TEST(S3Endpoint, OfAwsTakesTheBucketIntoThePathWhereNoCertificateFits) {
  const auto made = endpoint({}, "with.dot");
  EXPECT_EQ(made.host, "s3.eu-west-1.amazonaws.com");
  EXPECT_EQ(made.path("k"), "/with.dot/k");
  EXPECT_EQ(endpoint({.style = BucketStyle::kPath}).path("k"), "/bucket/k");
}

TEST(S3Endpoint, TakesABucketThatIsNoHostNameIntoThePath) {
  EXPECT_EQ(endpoint({}, "my_dags").host, "s3.eu-west-1.amazonaws.com");
  EXPECT_EQ(endpoint({}, "my_dags").path("k"), "/my_dags/k");
  EXPECT_EQ(endpoint({.endpoint = "http://s3.example.com", .style = BucketStyle::kHost}, "my_dags")
                .path("k"),
            "/my_dags/k");
}

TEST(S3Endpoint, OfOnesOwnHasTheBucketInItsPathUnlessToldOtherwise) {
  const auto made = endpoint({.endpoint = "http://MinIO:9000/"});
  EXPECT_EQ(made.origin, "http://minio:9000");
  EXPECT_EQ(made.host, "minio:9000");
  EXPECT_EQ(made.path(""), "/bucket/");
  EXPECT_FALSE(made.is_tls);
  const auto host =
      endpoint({.endpoint = "https://s3.example.com:443", .style = BucketStyle::kHost});
  EXPECT_EQ(host.host, "bucket.s3.example.com");
  EXPECT_TRUE(host.is_tls);
  EXPECT_EQ(endpoint({.endpoint = "http://127.0.0.1:1", .style = BucketStyle::kHost}).host,
            "127.0.0.1:1");
  EXPECT_EQ(endpoint({.endpoint = "http://[::1]:1"}).host, "[::1]:1");
}

TEST(S3Endpoint, RefusesWhatIsNoServiceOrRegion) {
  const auto refusal_of = [](const std::string& url) {
    const auto made = endpoint_of({.endpoint = url}, "bucket", "r");
    return made ? std::string("accepted") : made.error().message;
  };
  EXPECT_THAT(refusal_of("minio:9000"), HasSubstr("https://"));
  EXPECT_THAT(refusal_of("ftp://minio"), HasSubstr("http"));
  EXPECT_THAT(refusal_of("http://minio/bucket"), HasSubstr("path"));
  EXPECT_THAT(refusal_of("http://user:secret@minio"), HasSubstr("password"));
  EXPECT_EQ(refusal_of("http://user:secret@minio").find("secret"), std::string::npos);
  for (const auto* region : {"", "Evil", "a.b", "a/b", "a@b"}) {
    EXPECT_FALSE(endpoint_of({}, "bucket", region)) << region;
  }
}

}  // namespace
}  // namespace gitsync::s3
