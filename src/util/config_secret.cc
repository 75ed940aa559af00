// SPDX-License-Identifier: Apache-2.0
#include "util/config_secret.h"

#include <algorithm>
#include <cstddef>

#include "util/text.h"
#include "util/url.h"

namespace gitsync::util {

namespace {

constexpr std::string_view kRedacted = "REDACTED";

// Without a scheme, user:password@host is still a proxy.
bool is_bare_proxy(std::string_view key, std::string_view value) {
  const std::string name = to_lower(key);
  const bool proxy =
      name.ends_with(".proxy") &&
      (name.starts_with("http.") || name.starts_with("https.") || name.starts_with("remote."));
  return proxy && value.find("://") == std::string_view::npos;
}

// What of a proxy stands before its host.
std::string_view proxy_userinfo(std::string_view value) {
  const std::size_t at = value.rfind('@');
  return at == std::string_view::npos ? "" : value.substr(0, at);
}

std::string bare_password(std::string_view userinfo) {
  const std::size_t colon = userinfo.find(':');
  if (colon == std::string_view::npos) return "";
  const std::string_view password = userinfo.substr(colon + 1);
  return percent_decode(password).value_or(std::string(password));
}

// An address in a key without quotes ends the key at its colon: http.https://h/.extraHeader:secret
// is read as the key http.https with the value //h/.extraHeader:secret. Nobody means that.
bool is_torn_apart(std::string_view name, std::string_view value) {
  return value.starts_with("//") && (name.ends_with(".http") || name.ends_with(".https"));
}

bool is_command_with_options(std::string_view key) { return to_lower(key) == "core.sshcommand"; }

}  // namespace

bool is_secret_setting(std::string_view key, std::string_view value) {
  if (value.empty()) return false;
  const std::string name = to_lower(key);
  for (const std::string_view part : {"password", "token", "secret"}) {
    if (name.find(part) != std::string::npos) return true;
  }
  if (name.ends_with(".extraheader") || is_torn_apart(name, value)) return true;
  const bool helper = name.starts_with("credential.") && name.ends_with(".helper");
  return helper && value.starts_with('!');
}

std::string redact_setting(std::string_view key, std::string_view value) {
  if (is_secret_setting(key, value)) return std::string(kRedacted);
  if (!value.empty() && is_command_with_options(key)) return std::string(kRedacted);
  if (!is_bare_proxy(key, value)) return redact_urls_in(value);
  const std::string_view userinfo = proxy_userinfo(value);
  const std::size_t colon = userinfo.find(':');
  if (userinfo.empty()) return std::string(value);
  std::string out(colon == std::string_view::npos ? "" : userinfo.substr(0, colon + 1));
  out += kRedacted;
  out += value.substr(userinfo.size());
  return out;
}

std::vector<std::string> secrets_of_setting(std::string_view key, std::string_view value) {
  if (is_secret_setting(key, value)) return {std::string(value)};
  // Of the ssh command nothing: its words are in every message of ssh.
  if (is_command_with_options(key)) return {};
  if (is_bare_proxy(key, value)) return {bare_password(proxy_userinfo(value))};
  std::vector<std::string> secrets;
  // url.<address>.insteadOf
  const auto subsection = key.substr(std::min(key.find('.') + 1, key.size()));
  for (const auto address : {subsection, value}) {
    if (address.find("://") == std::string_view::npos) continue;
    const auto userinfo = find_userinfo(address);
    if (!userinfo) continue;
    secrets.emplace_back(secret_of(userinfo->username, userinfo->password));
  }
  return secrets;
}

}  // namespace gitsync::util
