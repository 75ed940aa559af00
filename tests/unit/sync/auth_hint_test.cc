// SPDX-License-Identifier: Apache-2.0
#include "sync/auth_hint.h"

#include <gmock/gmock.h>

namespace gitsync::sync {
namespace {

using testing::HasSubstr;
using testing::Not;

TEST(AuthHint, NamesTheSettingsThatMatchTheHostAndNoValue) {
  const auto hint = auth_hint({{"https://h/x", "me", "pw1", "GITSYNC_PASSWORD"},
                               {"https://h/y", "me", "pw2", "--credential"},
                               {"https://other/x", "me", "pw3", "--askpass-url"}},
                              "https://h/x");
  EXPECT_THAT(hint, HasSubstr("GITSYNC_PASSWORD, --credential"));
  EXPECT_THAT(hint, Not(HasSubstr("--askpass-url")));
  EXPECT_THAT(hint, Not(HasSubstr("pw")));
}

TEST(AuthHint, WithoutAnyItSaysWhatToSet) {
  EXPECT_THAT(auth_hint({}, "https://h/x"), HasSubstr("GITSYNC_USERNAME"));
}

}  // namespace
}  // namespace gitsync::sync
