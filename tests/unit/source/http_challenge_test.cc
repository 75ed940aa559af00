// SPDX-License-Identifier: Apache-2.0
#include "source/http_challenge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gitsync::source {
namespace {

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

}  // namespace
}  // namespace gitsync::source
