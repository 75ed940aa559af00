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

const std::vector<auth::Credential> kOurs{{"http://h/x", "me", "pw1", "GITSYNC_PASSWORD"},
                                          {"ssh://h/x", "me", "pw1", "--password-file"}};

TEST(BlameCredentials, OfAnotherServerThanTheOneThatAsksTheyWereNeverSent) {
  auto refused = kRefused;
  refused.subject = "https://h/x/";
  const auto error = blame_credentials(refused, kOurs, "http://h/x");
  EXPECT_EQ(error.cause, util::Cause::kCredentialsRedirected);
  EXPECT_THAT(log::hint_of(error), HasSubstr("sent git on to https://h/x/"));
  // Of the same server they were; and where none are set there is nothing to blame.
  refused.subject = "http://h/y/";
  EXPECT_EQ(blame_credentials(refused, kOurs, "http://h/x").cause,
            util::Cause::kCredentialsRefused);
  EXPECT_EQ(blame_credentials(refused, {}, "http://h/x").cause, util::Cause::kCredentialsMissing);
}

TEST(BlameCredentials, ForbiddenWithoutAQuestionMeansThatNoneWereSent) {
  auto forbidden = kRefused;
  forbidden.cause = util::Cause::kCredentialsNotSent;
  const auto error = blame_credentials(forbidden, kOurs, "http://h/x");
  EXPECT_THAT(log::hint_of(error), HasSubstr("never sent those from GITSYNC_PASSWORD"));
  EXPECT_THAT(log::hint_of(error), HasSubstr("http.proactiveAuth"));
  EXPECT_EQ(blame_credentials(forbidden, {}, "http://h/x").cause, util::Cause::kForbidden);
  forbidden.cause = util::Cause::kForbidden;
  EXPECT_EQ(blame_credentials(forbidden, kOurs, "http://h/x").cause,
            util::Cause::kCredentialsRefused);
  EXPECT_EQ(blame_credentials(forbidden, {}, "http://h/x").cause, util::Cause::kForbidden);
}

TEST(BlameCredentials, PasswordsBesideAnSshAddressAreSaidToBeUnused) {
  auto key = kRefused;
  key.cause = util::Cause::kSshKeyRefused;
  const auto error = blame_credentials(key, kOurs, "ssh://h/x");
  EXPECT_EQ(error.cause, util::Cause::kPasswordNotUsed);
  EXPECT_THAT(log::hint_of(error), HasSubstr("--password-file"));
}

TEST(BlameCredentials, AKnownCauseAndOtherKindsStayAsTheyAre) {
  auto key = kRefused;
  key.cause = util::Cause::kSshKeyRefused;
  EXPECT_EQ(blame_credentials(key, {}, "https://h/x").cause, util::Cause::kSshKeyRefused);
  const util::Error away{.kind = util::ErrorKind::kNetwork, .message = "away"};
  EXPECT_EQ(blame_credentials(away, {}, "https://h/x").cause, util::Cause::kUnknown);
}

TEST(BlameCredentials, ASettingThatWasDroppedIsNamed) {
  const auto error = blame_credentials(kRefused, {}, "https://h/x", {"$GITSYNC_CREDENTIAL"});
  EXPECT_EQ(error.cause, util::Cause::kCredentialsDropped);
  EXPECT_THAT(log::hint_of(error), HasSubstr("$GITSYNC_CREDENTIAL"));
  const std::vector<auth::Credential> others{{"https://h/x", "me", "pw", "--username"}};
  EXPECT_EQ(blame_credentials(kRefused, others, "https://h/x", {"$GITSYNC_CREDENTIAL"}).cause,
            util::Cause::kCredentialsRefused);
}

}  // namespace
}  // namespace gitsync::source
