// SPDX-License-Identifier: Apache-2.0
#include "util/config_secret.h"

#include <gtest/gtest.h>

namespace gitsync::util {
namespace {

TEST(RedactSetting, HidesHeadersPasswordsAndShellHelpers) {
  EXPECT_EQ(redact_setting("http.https://h/.extraHeader", "Authorization: x"), "REDACTED");
  EXPECT_EQ(redact_setting("my.accessTokenFile", "x"), "REDACTED");
  EXPECT_EQ(redact_setting("credential.helper", "!echo password=x"), "REDACTED");
}

TEST(RedactSetting, ShowsTheRestWithoutPasswordsInUrls) {
  EXPECT_EQ(redact_setting("credential.helper", "cache --timeout 3600"), "cache --timeout 3600");
  EXPECT_EQ(redact_setting("http.proxy", "http://me:pw@p:1"), "http://me:REDACTED@p:1");
  EXPECT_EQ(redact_setting("http.extraheader", ""), "");
}

}  // namespace
}  // namespace gitsync::util
