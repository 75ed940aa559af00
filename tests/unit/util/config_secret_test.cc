// SPDX-License-Identifier: Apache-2.0
#include "util/config_secret.h"

#include <gtest/gtest.h>

#include <algorithm>

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
  EXPECT_EQ(redact_setting("http.\"https", "//h/\".extraHeader:Authorization: x"), "REDACTED");
  EXPECT_EQ(redact_setting("remote.origin.url", "//srv/x"), "//srv/x");
}

TEST(RedactSetting, HidesTheSshCommand) {
  EXPECT_EQ(redact_setting("core.sshCommand", "sshpass -p hunter22 ssh"), "REDACTED");
  EXPECT_EQ(redact_setting("core.sshCommand", ""), "");
}

// What people look for in the record "git config".
TEST(RedactSetting, ShowsWhatIsKnownToHoldNoSecret) {
  for (const auto& [key, value] : std::vector<std::pair<std::string, std::string>>{
           {"core.autocrlf", "input"},
           {"core.fileMode", "false"},
           {"core.compression", "9"},
           {"gc.pruneExpire", "now"},
           {"safe.directory", "/git"},
           {"protocol.file.allow", "always"},
           {"http.sslCAInfo", "/etc/ca.crt"},
           {"http.https://h/.sslVerify", "false"},
           {"http.lowSpeedTime", "30"},
           {"http.postBuffer", "1m"},
           {"http.proxy", "http://proxy:3128"},
           {"user.name", "A U Thor"},
           {"user.email", "a@b"},
           {"url.https://h/.insteadOf", "git@h:"},
           {"submodule.x.url", "https://h/x"},
           {"fetch.parallel", "4"},
           {"credential.helper", "cache --timeout 3600 --socket /tmp/x"},
           {"anything.atAll", "true"},
           {"anything.number", "-1"}}) {
    EXPECT_EQ(redact_setting(key, value), value) << key;
  }
}

TEST(RedactSetting, HidesTheValuesOfAllOtherKeys) {
  for (const auto& [key, value] : std::vector<std::pair<std::string, std::string>>{
           {"anything.atAll", "text"},
           {"http.extraHeader", "A: b"},
           {"http.newInGit3", "text"},
           {"http.extraHeader=Authorization", " Basic x"},
           {"credential.https://h.username", "u"},
           {"submodule.x.update", "!command"},
           {"core.gitProxy", "command"},
           {"merge.x.driver", "command"},
           {"lfs.customtransfer.x.args", "text"},
           {"nosection", "text"},
           {"", "text"}}) {
    EXPECT_EQ(redact_setting(key, value), "REDACTED") << key;
  }
}

TEST(SecretsOfSetting, AreAllPartsOfAHeader) {
  const auto secrets =
      secrets_of_setting("http.https://h/.extraHeader", "Authorization: Basic dTpodW50ZXIy");
  for (const auto* part :
       {"Authorization: Basic dTpodW50ZXIy", "Basic dTpodW50ZXIy", "dTpodW50ZXIy", "hunter2"}) {
    EXPECT_NE(std::ranges::find(secrets, part), secrets.end()) << part;
  }
  const auto torn =
      secrets_of_setting("http.\"https", "//h/\".extraHeader:Authorization: Bearer hunter22");
  EXPECT_NE(std::ranges::find(torn, "hunter22"), torn.end());
}

TEST(SecretsOfSetting, AreWholeValuesOrPasswordsOfAddresses) {
  using Texts = std::vector<std::string>;
  EXPECT_EQ(secrets_of_setting("http.extraHeader", "A: b"), Texts{"A: b"});
  EXPECT_EQ(secrets_of_setting("http.proxy", "u:p%40w@h:1"), (Texts{"p@w", "dTpwQHc="}));
  EXPECT_EQ(secrets_of_setting("http.proxy", "u:12/34@h:1"), (Texts{"12/34", "dToxMi8zNA=="}));
  EXPECT_EQ(secrets_of_setting("http.proxy", "socks5://u:pw@h:1"), (Texts{"pw", "dTpwdw=="}));
  EXPECT_EQ(secrets_of_setting("url.https://u:pw@h/.insteadOf", "https://h/"),
            (Texts{"pw", "dTpwdw=="}));
  EXPECT_EQ(secrets_of_setting("core.sshCommand", "sshpass -p hunter22 ssh"), Texts{"hunter22"});
  EXPECT_EQ(secrets_of_setting("http.sslCertPasswordProtected", "true"), Texts{});
  EXPECT_EQ(secrets_of_setting("user.email", "a:b@c:d"), Texts{});
}

}  // namespace
}  // namespace gitsync::util
