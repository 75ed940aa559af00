// SPDX-License-Identifier: Apache-2.0
#include "source/auth_blame.h"

#include <algorithm>
#include <utility>

#include "util/text.h"
#include "util/url.h"

namespace gitsync::source {
namespace {

using util::Cause;

// git's credential cache matches by protocol and host.
bool same_host(const std::string& a, const std::string& b) {
  const auto left = util::parse_url(a);
  const auto right = util::parse_url(b);
  return left && right && left->scheme == right->scheme && left->host == right->host &&
         left->port == right->port;
}

// The settings of the credentials that git would use for `url`; empty if there are none.
std::string settings_for(const std::string& url, const std::vector<auth::Credential>& credentials) {
  std::vector<std::string> settings;
  for (const auto& c : credentials) {
    if (same_host(c.url, url) && std::ranges::find(settings, c.setting) == settings.end()) {
      settings.push_back(c.setting);
    }
  }
  return util::join(settings, ", ");
}

}  // namespace

util::Error blame_credentials(util::Error error, const std::vector<auth::Credential>& credentials,
                              const std::string& repo_url,
                              const std::vector<std::string>& dropped) {
  if (error.kind != util::ErrorKind::kAuth) return error;
  const auto ours = settings_for(repo_url, credentials);
  switch (error.cause) {
    case Cause::kUnknown: {
      const auto asked = std::exchange(error.subject, "");
      const auto theirs = asked.empty() ? ours : settings_for(asked, credentials);
      if (theirs.empty() && !ours.empty()) {
        error.cause = Cause::kCredentialsRedirected;
        error.subject = asked;
      } else {
        error.cause = theirs.empty() ? Cause::kCredentialsMissing : Cause::kCredentialsRefused;
        error.subject = theirs;
      }
      break;
    }
    case Cause::kForbidden:
      if (!ours.empty()) error.cause = Cause::kCredentialsRefused;
      error.subject = ours;
      break;
    case Cause::kCredentialsNotSent:
      if (ours.empty()) error.cause = Cause::kForbidden;
      error.subject = ours;
      break;
    case Cause::kSshKeyRefused:
      // Left over from an address of https.
      if (!ours.empty()) error.cause = Cause::kPasswordNotUsed;
      error.subject = ours;
      break;
    default:
      break;
  }
  if (error.cause == Cause::kCredentialsMissing && !dropped.empty()) {
    error.cause = Cause::kCredentialsDropped;
    error.subject = util::join(dropped, ", ");
  }
  return error;
}

}  // namespace gitsync::source
