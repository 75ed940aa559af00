// SPDX-License-Identifier: Apache-2.0
// What start-up makes of the settings.

#include "cli/setup.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "app/credential_setup.h"
#include "app/secret_setup.h"
#include "config/table.h"

namespace gitsync::app {
namespace {

TEST(RegisterSecrets, PasswordsOfMistypedAddressesAndProxiesAreHidden) {
  config::Settings settings{.repo = "https:/me:hunter22@h/x",
                            .webhook_url = "u:hunter33@h:x",
                            .git_config_pairs = {{"http.proxy", "u:hunter44@h:1"},
                                                 {"core.sshCommand", "sshpass -p other ssh"}}};
  settings.credentials = {{.url = "http::https://u:hunter55@sub/", .password_file = "/f"}};
  log::Sink sink({});
  register_secrets(settings, {}, sink);
  for (const auto* secret : {"hunter22", "hunter33", "hunter44", "hunter55"}) {
    EXPECT_EQ(sink.redact(std::string("<") + secret + ">"), "<REDACTED>");
  }
  EXPECT_EQ(sink.redact("ssh: sshpass"), "ssh: sshpass");
}

TEST(SecretVariables, AreThoseOfEverySettingThatMayHoldOne) {
  const auto& withheld = cli::secret_variables();
  for (const auto& row : config::table()) {
    if (row.secrecy == config::Secrecy::kPlain) continue;
    for (const auto name : {row.env, row.old_envs[0], row.old_envs[1]}) {
      EXPECT_TRUE(name.empty() || std::ranges::find(withheld, name) != withheld.end()) << name;
    }
  }
}

TEST(CredentialSetup, UserinfoOfTheRepoBecomesTheFirstCredential) {
  config::Settings settings{.repo = "https://me:p%40ss@h:8443/x.git"};
  settings.credentials = {{.url = "https://sub/", .username = "u", .password = "v"}};
  const auto options = credential_options(settings, {});
  EXPECT_EQ(options.repo_url, "https://h:8443/x.git");
  ASSERT_EQ(options.credentials.size(), 2U);
  EXPECT_EQ(options.credentials[0].username, "me");
  EXPECT_EQ(options.credentials[0].password, "p@ss");
  EXPECT_EQ(options.credentials[0].url, "https://h:8443/x.git");
  EXPECT_EQ(options.credentials[1].url, "https://sub/");
}

TEST(CredentialSetup, SshAddressesKeepTheirUser) {
  for (const std::string repo : {"ssh://git@h/x", "git@h:x", "/srv/x", "file:///srv/x"}) {
    EXPECT_EQ(url_without_userinfo(repo), repo);
    EXPECT_TRUE(credential_options({.repo = repo}, {}).credentials.empty());
  }
}

TEST(CredentialSetup, AGithubAppNeedsIssuerInstallationAndKey) {
  config::Settings settings{.github_app_private_key = "pem", .github_app_client_id = "id"};
  EXPECT_FALSE(credential_options(settings, {}).github_app);
  settings.github_app_installation_id = 7;
  EXPECT_TRUE(credential_options(settings, {}).github_app);
  settings.github_app_private_key.clear();
  EXPECT_FALSE(credential_options(settings, {}).github_app);
}

}  // namespace
}  // namespace gitsync::app
