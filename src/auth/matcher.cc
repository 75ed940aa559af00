// SPDX-License-Identifier: Apache-2.0
#include "auth/matcher.h"

#include <algorithm>
#include <ranges>

#include "net/address.h"
#include "util/text.h"
#include "util/url.h"

namespace gitsync::auth {
namespace {

// The part of a URL that must be equal; nothing if `text` is not a URL with a host.
std::optional<std::string> place_of(std::string_view text) {
  const auto url = util::parse_url(text);
  if (!url || url->host.empty()) return std::nullopt;
  if (!url->is_http()) return url->scheme + "://" + util::to_lower(url->host) + ":" + url->port;
  // Where it would be sent to: what the client refuses matches nothing.
  const auto address = net::parse_address(text);
  return address ? std::optional(address->origin()) : std::nullopt;
}

bool is_same(const Credential& a, const Credential& b) {
  return a.username == b.username && place_of(a.url) == place_of(b.url);
}

}  // namespace

void CredentialMatcher::set(const std::vector<Credential>& credentials) {
  credentials_.clear();
  for (const Credential& next : credentials | std::views::reverse) {
    const auto same = [&](const Credential& later) { return is_same(later, next); };
    if (std::ranges::none_of(credentials_, same)) credentials_.push_back(next);
  }
}

std::optional<Credential> CredentialMatcher::match(std::string_view url) const {
  const auto place = place_of(url);
  if (!place) return std::nullopt;
  const auto parsed = util::parse_url(url);
  const std::string user = parsed && parsed->userinfo ? parsed->userinfo->username : "";
  const auto found = std::ranges::find_if(credentials_, [&](const Credential& credential) {
    return place_of(credential.url) == place && (user.empty() || credential.username == user);
  });
  return found == credentials_.end() ? std::nullopt : std::optional(*found);
}

void CredentialMatcher::reject(const Credential& credential) {
  std::erase_if(credentials_, [&](const Credential& known) {
    return is_same(known, credential) && known.password == credential.password;
  });
}

}  // namespace gitsync::auth
