// SPDX-License-Identifier: Apache-2.0
#include "sync/auth_hint.h"

#include <algorithm>

#include "util/text.h"
#include "util/url.h"

namespace gitsync::sync {
namespace {

// git's credential cache matches by protocol and host.
bool same_host(const std::string& a, const std::string& b) {
  const auto left = util::parse_url(a);
  const auto right = util::parse_url(b);
  return left && right && left->scheme == right->scheme && left->host == right->host &&
         left->port == right->port;
}

}  // namespace

std::string auth_hint(const std::vector<auth::Credential>& credentials,
                      const std::string& repo_url) {
  std::vector<std::string> settings;
  for (const auto& c : credentials) {
    if (same_host(c.url, repo_url) && std::ranges::find(settings, c.setting) == settings.end()) {
      settings.push_back(c.setting);
    }
  }
  if (!settings.empty()) {
    return "the server refused the user name and password from " + util::join(settings, ", ") +
           ": check that the token is valid, not expired, and may read this repository";
  }
  return "the server asks for credentials and none are set for it: set GITSYNC_USERNAME and "
         "GITSYNC_PASSWORD (or --password-file)";
}

}  // namespace gitsync::sync
