// SPDX-License-Identifier: Apache-2.0
#include "git/config_url.h"

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <vector>

#include "util/text.h"
#include "util/url.h"

namespace gitsync::git {
namespace {

constexpr std::string_view kUnreserved = "-._~";
// What a URL must not hold unescaped, beside blanks, controls and bytes that are not ASCII.
constexpr std::string_view kUnwise = "\"<>\\^`{|}";

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

void append_escaped(std::string& text, char c) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  const auto byte = static_cast<unsigned char>(c);
  text += {'%', kDigits[byte >> 4U], kDigits[byte & 15U]};
}

bool must_be_escaped(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte <= 0x20 || byte >= 0x7f || kUnwise.contains(c);
}

// Escapes what must be, and nothing that need not be, in capitals. Nothing if one is malformed.
std::optional<std::string> normalize_escapes(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    const bool escaped = c == '%';
    if (escaped) {
      const int high = i + 2 < text.size() ? util::hex_value(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? util::hex_value(text[i + 2]) : -1;
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high * 16 + low);
      i += 2;
    }
    const bool plain = is_alphanumeric(c) || kUnreserved.contains(c);
    if (!plain && (escaped || must_be_escaped(c))) {
      append_escaped(result, c);
    } else {
      result += c;
    }
  }
  return result;
}

// RFC 3986 5.2.4, but nothing if ".." would leave the root. `path` begins with '/'.
std::optional<std::string> remove_dots(std::string_view path) {
  std::vector<std::string> kept;
  const auto segments = util::split(path.substr(1), '/');
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const bool last = i + 1 == segments.size();
    if (segments[i] != "." && segments[i] != "..") {
      kept.push_back(segments[i]);
      continue;
    }
    if (segments[i] == "..") {
      if (kept.empty()) return std::nullopt;
      kept.pop_back();
    }
    if (last) kept.emplace_back();
  }
  return "/" + util::join(kept, "/");
}

std::optional<std::string> normalize_path(std::string_view text) {
  const auto query = std::min(text.find_first_of("?#"), text.size());
  auto path = normalize_escapes(text.substr(0, query));
  const auto rest = normalize_escapes(text.substr(query));
  if (!path || !rest) return std::nullopt;
  if (!path->starts_with('/')) path->insert(0, "/");
  path = remove_dots(*path);
  if (!path) return std::nullopt;
  return *path + *rest;
}

// "host" or "host:port" to its parts, in `url`.
bool read_host(std::string_view text, ConfigUrl& url) {
  const auto bracket = text.rfind(']');
  const auto colon = text.find(':', bracket == std::string_view::npos ? 0 : bracket);
  std::string_view host = text.substr(0, colon);
  if (host.ends_with('.')) host.remove_suffix(1);
  const bool legal = std::ranges::all_of(
      host, [](char c) { return is_alphanumeric(c) || std::string_view("-._*:[]").contains(c); });
  if (host.empty() || !legal) return false;
  url.host = util::to_lower(host);
  if (colon == std::string_view::npos || colon + 1 == text.size()) return true;
  const std::string_view digits = text.substr(colon + 1);
  std::uint16_t port = 0;
  const auto* const end = digits.data() + digits.size();
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), port);
  if (read.ec != std::errc() || read.ptr != end || port == 0) return false;
  const bool is_default =
      (url.scheme == "http" && port == 80) || (url.scheme == "https" && port == 443);
  if (!is_default) url.port = std::to_string(port);
  return true;
}

bool read_authority(std::string_view text, ConfigUrl& url) {
  const auto at = text.find('@');
  if (at == std::string_view::npos) return read_host(text, url);
  const std::string_view userinfo = text.substr(0, at);
  url.user = util::percent_decode(userinfo.substr(0, userinfo.find(':')));
  return url.user && read_host(text.substr(at + 1), url);
}

// Label by label: "*" is any one, but not none.
bool host_matches(std::string_view setting, std::string_view host) {
  const auto wanted = util::split(setting, '.');
  const auto labels = util::split(host, '.');
  return std::ranges::equal(wanted, labels, [](const std::string& a, const std::string& b) {
    return a == "*" || a == b;
  });
}

// The length of what matched; nothing if nothing did. Prefixes end at a slash.
std::optional<std::size_t> path_match(std::string_view setting, std::string_view path) {
  if (setting.ends_with('/')) setting.remove_suffix(1);
  if (!path.starts_with(setting)) return std::nullopt;
  if (path.size() != setting.size() && path[setting.size()] != '/') return std::nullopt;
  return setting.size() + 1;
}

}  // namespace

std::optional<ConfigUrl> normalize_config_url(std::string_view text) {
  const auto separator = text.find("://");
  if (separator == std::string_view::npos || separator == 0) return std::nullopt;
  ConfigUrl url{.scheme = util::to_lower(text.substr(0, separator))};
  const std::string_view rest = text.substr(separator + 3);
  const auto length = std::min(rest.find_first_of("/?#"), rest.size());
  if (!read_authority(rest.substr(0, length), url)) return std::nullopt;
  auto path = normalize_path(rest.substr(length));
  if (!path) return std::nullopt;
  url.path = std::move(*path);
  return url;
}

std::optional<UrlRank> match_config_url(const ConfigUrl& setting, const ConfigUrl& url) {
  if (setting.scheme != url.scheme || setting.port != url.port) return std::nullopt;
  if (setting.user && setting.user != url.user) return std::nullopt;
  if (!host_matches(setting.host, url.host)) return std::nullopt;
  const auto path = path_match(setting.path, url.path);
  if (!path) return std::nullopt;
  return UrlRank{.host = setting.host.size(), .path = *path, .user = setting.user.has_value()};
}

}  // namespace gitsync::git
