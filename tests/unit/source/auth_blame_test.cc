// SPDX-License-Identifier: Apache-2.0
#include "source/auth_blame.h"

#include <gmock/gmock.h>

#include "log/hints.h"

namespace gitsync::source {
namespace {

using testing::HasSubstr;
using testing::Not;

const util::Error kRefused{.kind = util::ErrorKind::kAuth, .message = "refused"};

TEST(BlameCredentials, NamesTheSettingsThatMatchTheHostAndNoValue) {
  const auto error = blame_credentials(kRefused,
                                       {{"https://h/x", "me", "pw1", "GITSYNC_PASSWORD"},
                                        {"https://h/y", "me", "pw2", "--credential"},
                                        {"https://other/x", "me", "pw3", "--askpass-url"}},
                                       "https://h/x");
  EXPECT_EQ(error.cause, util::Cause::kCredentialsRefused);
  EXPECT_THAT(log::hint_of(error), HasSubstr("GITSYNC_PASSWORD, --credential"));
  EXPECT_THAT(log::hint_of(error), Not(HasSubstr("--askpass-url")));
  EXPECT_THAT(log::hint_of(error), Not(HasSubstr("pw")));
}

TEST(BlameCredentials, WithoutAnyItSaysWhatToSet) {
  const auto error = blame_credentials(kRefused, {}, "https://h/x");
  EXPECT_EQ(error.cause, util::Cause::kCredentialsMissing);
  EXPECT_THAT(log::hint_of(error), HasSubstr("GITSYNC_USERNAME"));
}

TEST(BlameCredentials, AKnownCauseAndOtherKindsStayAsTheyAre) {
  auto key = kRefused;
  key.cause = util::Cause::kSshKeyRefused;
  EXPECT_EQ(blame_credentials(key, {}, "https://h/x").cause, util::Cause::kSshKeyRefused);
  const util::Error away{.kind = util::ErrorKind::kNetwork, .message = "away"};
  EXPECT_EQ(blame_credentials(away, {}, "https://h/x").cause, util::Cause::kUnknown);
}

}  // namespace
}  // namespace gitsync::source
