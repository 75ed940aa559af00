// SPDX-License-Identifier: Apache-2.0
#include "log/hints.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace gitsync::log {
namespace {

using testing::HasSubstr;
using testing::Not;
using util::Cause;

std::string hint_for(Cause cause, std::string subject = {}) {
  return hint_of({.message = "", .cause = cause, .subject = std::move(subject)});
}

TEST(Hints, TheSubjectIsNamedAndIsTheRepoUnlessTheErrorSaysOtherwise) {
  EXPECT_THAT(hint_for(Cause::kNothingServed), HasSubstr("the path in --repo"));
  EXPECT_THAT(hint_for(Cause::kLinkPlace, "/data/link"), HasSubstr("/data/link cannot be"));
  EXPECT_THAT(hint_for(Cause::kForeignStore, "/data/.git"), HasSubstr("remove /data/.git,"));
}

TEST(Hints, AnErrorsOwnAdviceCountsMoreThanItsCause) {
  EXPECT_EQ(hint_of({.message = "", .hint = "ask Bob", .cause = Cause::kDiskFull}), "ask Bob");
}

TEST(Hints, AreOneLineAndLeaveNoPlaceOpen) {
  for (int i = 0; i <= static_cast<int>(Cause::kHookFormat); ++i) {
    const auto hint = hint_for(static_cast<Cause>(i));
    EXPECT_THAT(hint, Not(HasSubstr("\n"))) << i;
    EXPECT_THAT(hint, Not(HasSubstr("{}"))) << i;
    EXPECT_THAT(hint, Not(HasSubstr("  "))) << i;
  }
}

TEST(Hints, NameTheSettingOfWhatGivesCredentials) {
  for (const auto cause : {Cause::kAskpassRefused, Cause::kAskpassUnreachable,
                           Cause::kAskpassTooSlow, Cause::kAskpassAnswer}) {
    EXPECT_THAT(hint_for(cause), HasSubstr("--askpass-url"));
  }
  for (const auto cause : {Cause::kAppFault, Cause::kAppUnreachable, Cause::kAppAnswer}) {
    EXPECT_THAT(hint_for(cause), HasSubstr("--github-base-url"));
  }
}

}  // namespace
}  // namespace gitsync::log
