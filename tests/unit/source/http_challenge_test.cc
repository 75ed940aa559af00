// SPDX-License-Identifier: Apache-2.0
#include "source/http_challenge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gitsync::source {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(HttpChallenge, SchemesAreFoundBetweenTheirParameters) {
  EXPECT_THAT(schemes_in("Basic realm=\"x\""), ElementsAre("basic"));
  EXPECT_THAT(schemes_in("Newauth realm=\"apps\", type=1, title=\"Login to \\\"apps\\\", Basic\", "
                         "Basic realm=\"simple\""),
              ElementsAre("newauth", "basic"));
  EXPECT_THAT(schemes_in("Negotiate"), ElementsAre("negotiate"));
  EXPECT_THAT(schemes_in("Negotiate YIIB==, NTLM"), ElementsAre("negotiate", "ntlm"));
  EXPECT_THAT(schemes_in(" , Bearer authorization_uri = https://login/x , Basic , TFS-Federated"),
              ElementsAre("bearer", "basic", "tfs-federated"));
  EXPECT_THAT(schemes_in("Digest qop=\"auth\", nonce=\"n\""), ElementsAre("digest"));
  EXPECT_THAT(schemes_in(""), IsEmpty());
  EXPECT_THAT(schemes_in("\"Basic"), IsEmpty());
  EXPECT_THAT(schemes_in("A b=\"c, Basic"), ElementsAre("a"));
}

TEST(HttpChallenge, AllHeadersOfTheNameCount) {
  const net::ResponseHead head{.headers = {{"WWW-Authenticate", "Negotiate"},
                                           {"X", "Other"},
                                           {"www-authenticate", "Basic realm=x"}}};
  EXPECT_THAT(challenges(head, "WWW-Authenticate"), ElementsAre("negotiate", "basic"));
}

TEST(HttpChallenge, RetryAfterIsSecondsOrADate) {
  const auto now = std::chrono::system_clock::from_time_t(784111777);  // the date below
  const auto of = [&](const std::string& value) {
    return retry_after({.headers = {{"retry-after", value}}}, now);
  };
  EXPECT_EQ(of("120"), 120s);
  EXPECT_EQ(of("Sun, 06 Nov 1994 08:49:47 GMT"), 10s);
  EXPECT_EQ(of("Sun, 06 Nov 1994 08:00:00 GMT"), 0s) << "it has passed";
  EXPECT_EQ(of("-5"), 0s);
  EXPECT_EQ(of("99999999999999999999"), 24h);
  EXPECT_EQ(of("soon"), std::nullopt);
  EXPECT_EQ(of("1.5"), std::nullopt);
  EXPECT_EQ(retry_after({}, now), std::nullopt);
}

TEST(HttpChallenge, ADateCountsFromTheServersClock) {
  const auto now = std::chrono::system_clock::from_time_t(784111777);
  const auto after = [&](const std::string& date) {
    return retry_after(
        {.headers = {{"Retry-After", "Sun, 06 Nov 1994 09:00:30 GMT"}, {"Date", date}}}, now);
  };
  EXPECT_EQ(after("Sun, 06 Nov 1994 09:00:00 GMT"), 30s);
  EXPECT_EQ(after("nonsense"), 653s);
}

}  // namespace
}  // namespace gitsync::source
