// SPDX-License-Identifier: Apache-2.0
#include "source/auth_blame.h"

#include <algorithm>

#include "util/text.h"
#include "util/url.h"

namespace gitsync::source {
namespace {

// git's credential cache matches by protocol and host.
bool same_host(const std::string& a, const std::string& b) {
  const auto left = util::parse_url(a);
  const auto right = util::parse_url(b);
  return left && right && left->scheme == right->scheme && left->host == right->host &&
         left->port == right->port;
}

}  // namespace

util::Error blame_credentials(util::Error error, const std::vector<auth::Credential>& credentials,
                              const std::string& repo_url) {
  if (error.kind != util::ErrorKind::kAuth || error.cause != util::Cause::kUnknown) return error;
  std::vector<std::string> settings;
  for (const auto& c : credentials) {
    if (same_host(c.url, repo_url) && std::ranges::find(settings, c.setting) == settings.end()) {
      settings.push_back(c.setting);
    }
  }
  error.cause =
      settings.empty() ? util::Cause::kCredentialsMissing : util::Cause::kCredentialsRefused;
  error.subject = util::join(settings, ", ");
  return error;
}

}  // namespace gitsync::source
