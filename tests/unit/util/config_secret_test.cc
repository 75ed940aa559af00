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

TEST(RedactSetting, HidesThePasswordOfAProxyWithoutScheme) {
  EXPECT_EQ(redact_setting("http.proxy", "u:pw@h:1"), "u:REDACTED@h:1");
  EXPECT_EQ(redact_setting("HTTP.https://x/.Proxy", "u:12/3@4@h:1"), "u:REDACTED@h:1");
  EXPECT_EQ(redact_setting("https.proxy", "token@h"), "REDACTED@h");
  EXPECT_EQ(redact_setting("remote.origin.proxy", "u:pw@h:1"), "u:REDACTED@h:1");
  EXPECT_EQ(redact_setting("http.proxy", "h:1"), "h:1");
  EXPECT_EQ(redact_setting("user.email", "a@b"), "a@b");
}

TEST(RedactSetting, HidesWhatBelongsToAnAddressInAKeyWithoutQuotes) {
  EXPECT_EQ(redact_setting("http.https", "//h/.extraHeader:Authorization: x"), "REDACTED");
  EXPECT_EQ(redact_setting("Credential.HTTPS", "//h.helper:!echo password=x"), "REDACTED");
  EXPECT_EQ(redact_setting("http.http", "//h/.proxy:u:pw@p:1"), "REDACTED");
  EXPECT_EQ(redact_setting("url.https", "//u:pw@h/.insteadOf:https://h/"), "REDACTED");
  EXPECT_EQ(redact_setting("remote.origin.path", "//srv/x"), "//srv/x");
}

TEST(RedactSetting, HidesTheSshCommand) {
  EXPECT_EQ(redact_setting("core.sshCommand", "sshpass -p hunter22 ssh"), "REDACTED");
  EXPECT_EQ(redact_setting("core.sshCommand", ""), "");
}

TEST(SecretsOfSetting, AreWholeValuesOrPasswordsOfAddresses) {
  using Texts = std::vector<std::string>;
  EXPECT_EQ(secrets_of_setting("http.extraHeader", "A: b"), Texts{"A: b"});
  EXPECT_EQ(secrets_of_setting("http.proxy", "u:p%40w@h:1"), Texts{"p@w"});
  EXPECT_EQ(secrets_of_setting("http.proxy", "u:12/34@h:1"), Texts{"12/34"});
  EXPECT_EQ(secrets_of_setting("http.proxy", "socks5://u:pw@h:1"), Texts{"pw"});
  EXPECT_EQ(secrets_of_setting("url.https://u:pw@h/.insteadOf", "https://h/"), Texts{"pw"});
  EXPECT_EQ(secrets_of_setting("core.sshCommand", "sshpass -p hunter22 ssh"), Texts{});
  EXPECT_EQ(secrets_of_setting("user.email", "a:b@c:d"), Texts{});
}

}  // namespace
}  // namespace gitsync::util
