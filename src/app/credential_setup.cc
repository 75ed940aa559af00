// SPDX-License-Identifier: Apache-2.0
#include "app/credential_setup.h"

#include "util/config_secret.h"
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

std::string bare_repo_url(const std::string& repo) {
  const auto parsed = util::parse_url(repo);
  return parsed && parsed->is_http() ? util::strip_userinfo(repo) : repo;
}

auth::CredentialOptions credential_options(const config::Settings& settings,
                                           const util::Environment& environment) {
  auth::CredentialOptions options;
  options.repo_url = bare_repo_url(settings.repo);
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

void register_secrets(const config::Settings& settings, log::Sink& sink) {
  const auto hide = [&sink](const std::string& username, const std::string& password) {
    sink.add_secret(util::secret_of(username, password));
  };
  if (settings.password_file.empty()) hide(settings.username, settings.password);
  sink.add_secret(settings.github_app_private_key);
  const auto hide_userinfo = [&hide](const std::string& address) {
    const auto userinfo = util::find_userinfo(address);
    if (userinfo) hide(userinfo->username, userinfo->password);
  };
  for (const auto& c : settings.credentials) {
    if (c.password_file.empty()) hide(c.username, c.password);
    hide_userinfo(c.url);
  }
  for (const auto& [key, value] : settings.git_config_pairs) {
    for (const auto& secret : util::secrets_of_setting(key, value)) sink.add_secret(secret);
  }
  for (const auto* url :
       {&settings.repo, &settings.askpass_url, &settings.webhook_url, &settings.github_base_url}) {
    hide_userinfo(*url);
    const auto query = util::parse_url(*url) ? url->find('?') : std::string::npos;
    if (query != std::string::npos) sink.add_secret(std::string_view(*url).substr(query + 1));
  }
}

}  // namespace gitsync::app
