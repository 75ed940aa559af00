// SPDX-License-Identifier: Apache-2.0
// Which ways to authenticate exclude each other, and what each needs.

#include "config/validate.h"
#include "util/line_breaks.h"
#include "util/url.h"

namespace gitsync::config {
namespace {

// A repo is checked for control characters already, but may hold encoded ones.
bool userinfo_has_line_break(const std::string& repo) {
  const auto url = util::parse_url(repo);
  return url && url->userinfo &&
         (util::has_line_break(url->userinfo->username) ||
          util::has_line_break(url->userinfo->password));
}

// https://org@host/…, as Azure DevOps shows addresses: the settings win.
bool is_only_a_name(const util::Url& url) {
  return url.is_http() && url.userinfo && url.userinfo->password.empty();
}

Complaint check_credential(const CredentialSetting& credential) {
  if (credential.url.empty()) return "url must be specified";
  if (credential.username.empty()) return "username must be specified";
  if (credential.password.empty() && credential.password_file.empty()) {
    return "password or password-file must be specified";
  }
  if (!credential.password.empty() && !credential.password_file.empty()) {
    return "only one of password and password-file may be specified";
  }
  if (util::has_line_break(credential.url) || util::has_line_break(credential.username) ||
      util::has_line_break(credential.password)) {
    return "url, username and password must each be one line";
  }
  return std::nullopt;
}

}  // namespace

Complaint check_username(const Inputs& inputs) {
  const bool password = !inputs.password.empty();
  const bool file = !inputs.password_file.empty();
  if (inputs.username.empty()) {
    if (password) return "invalid flag: $GITSYNC_PASSWORD may only be specified with --username";
    if (file) return "invalid flag: --password-file may only be specified with --username";
    if (userinfo_has_line_break(inputs.repo)) {
      return "invalid flag: user name and password in --repo must each be one line";
    }
    return std::nullopt;
  }
  if (!password && !file) {
    return "required flag: $GITSYNC_PASSWORD or --password-file must be specified when --username "
           "is specified";
  }
  if (password && file) {
    return "invalid flag: only one of $GITSYNC_PASSWORD and --password-file may be specified";
  }
  if (const auto url = util::parse_url(inputs.repo);
      url && url->userinfo && !is_only_a_name(*url)) {
    return "invalid flag: --username may not be specified when --repo holds a user name";
  }
  if (util::has_line_break(inputs.username)) return "invalid flag: --username must be one line";
  if (util::has_line_break(inputs.password))
    return "invalid flag: $GITSYNC_PASSWORD must be one line";
  return std::nullopt;
}

Complaint check_github_app(const Inputs& inputs) {
  const bool application = inputs.github_app_application_id != 0;
  const bool client = !inputs.github_app_client_id.empty();
  const bool installation = inputs.github_app_installation_id != 0;
  const bool key = !inputs.github_app_private_key.empty();
  const bool key_file = !inputs.github_app_private_key_file.empty();
  if (!application && !client) {
    if (!installation) return std::nullopt;
    return "invalid flag: --github-app-installation-id may only be specified with "
           "--github-app-application-id or --github-app-client-id";
  }
  if (application && client) {
    return "invalid flag: only one of --github-app-application-id and --github-app-client-id may "
           "be specified";
  }
  if (!installation) {
    return "required flag: --github-app-installation-id must be specified for a GitHub App";
  }
  if (!key && !key_file) {
    return "required flag: $GITSYNC_GITHUB_APP_PRIVATE_KEY or --github-app-private-key-file must "
           "be specified for a GitHub App";
  }
  if (key && key_file) {
    return "invalid flag: only one of $GITSYNC_GITHUB_APP_PRIVATE_KEY and "
           "--github-app-private-key-file may be specified";
  }
  // A password without a user name was refused before.
  if (!inputs.username.empty()) {
    return "invalid flag: --username and its password may not be specified together with a GitHub "
           "App";
  }
  return std::nullopt;
}

Complaint check_credentials(const Inputs& inputs) {
  for (std::size_t i = 0; i < inputs.credentials.size(); ++i) {
    if (const auto complaint = check_credential(inputs.credentials[i])) {
      return "invalid flag: --credential: element " + std::to_string(i + 1) + ": " + *complaint;
    }
  }
  return std::nullopt;
}

}  // namespace gitsync::config
