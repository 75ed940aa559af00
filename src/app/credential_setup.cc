// SPDX-License-Identifier: Apache-2.0
#include "app/credential_setup.h"

#include "util/url.h"

namespace gitsync::app {
namespace {

auth::StaticCredential repo_credential(const config::Settings& settings, const std::string& url) {
  auth::StaticCredential credential{.url = url,
                                    .username = settings.username,
                                    .password = settings.password,
                                    .password_file = settings.password_file,
                                    .username_setting = "--username",
                                    .password_setting = settings.password_file.empty()
                                                            ? settings.password_origin
                                                            : "--password-file"};
  if (!settings.username.empty()) return credential;
  const auto parsed = util::parse_url(settings.repo);
  if (parsed && parsed->is_http() && parsed->userinfo) {
    credential.username = parsed->userinfo->username;
    credential.password = parsed->userinfo->password;
    credential.username_setting = credential.password_setting = "--repo";
  }
  return credential;
}

}  // namespace

std::string url_without_userinfo(const std::string& repo) {
  const auto parsed = util::parse_url(repo);
  return parsed && parsed->is_http() ? util::strip_userinfo(repo) : repo;
}

auth::CredentialOptions credential_options(const config::Settings& settings,
                                           const util::Environment& environment) {
  auth::CredentialOptions options;
  options.repo_url = url_without_userinfo(settings.repo);
  options.askpass_url = settings.askpass_url;
  options.http = net::ClientOptions::from(environment);
  const auto own = repo_credential(settings, options.repo_url);
  if (!own.username.empty()) options.credentials.push_back(own);
  for (const auto& c : settings.credentials) {
    options.credentials.push_back({.url = c.url,
                                   .username = c.username,
                                   .password = c.password,
                                   .password_file = c.password_file,
                                   .username_setting = "--credential",
                                   .password_setting = "--credential"});
  }
  const bool has_issuer =
      !settings.github_app_client_id.empty() || settings.github_app_application_id != 0;
  const bool has_key =
      !settings.github_app_private_key.empty() || !settings.github_app_private_key_file.empty();
  if (has_issuer && has_key && settings.github_app_installation_id != 0) {
    options.github_app =
        auth::GithubAppOptions{.base_url = settings.github_base_url,
                               .private_key = settings.github_app_private_key,
                               .private_key_file = settings.github_app_private_key_file,
                               .client_id = settings.github_app_client_id,
                               .application_id = settings.github_app_application_id,
                               .installation_id = settings.github_app_installation_id};
  }
  return options;
}

}  // namespace gitsync::app
