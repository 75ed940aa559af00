// SPDX-License-Identifier: Apache-2.0
#include "util/config_secret.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>

#include "util/secret_shape.h"
#include "util/text.h"
#include "util/url.h"

namespace gitsync::util {

namespace {

constexpr std::string_view kRedacted = "REDACTED";

// section.subsection.name, as git reads keys; section and name in lower case.
struct Key {
  std::string section;
  std::string_view subsection;
  std::string name;
};

Key split_key(std::string_view key) {
  const std::size_t first = key.find('.');
  const std::size_t last = key.rfind('.');
  if (first == std::string_view::npos) return {to_lower(key), "", ""};
  const std::size_t length = first == last ? 0 : last - first - 1;
  return {to_lower(key.substr(0, first)), key.substr(first + 1, length),
          to_lower(key.substr(last + 1))};
}

// What people look for when a sync goes wrong, and what holds no secret: numbers, words, paths of
// files, names. Whatever is not here may be one that a newer git, or an extension, has invented.
constexpr std::array<std::string_view, 24> kShownSections{
    "advice", "branch",   "checkout",  "clone",  "core", "extensions", "feature",  "fetch",
    "gc",     "include",  "includeif", "index",  "init", "log",        "merge",    "maintenance",
    "pack",   "protocol", "receive",   "repack", "safe", "submodule",  "transfer", "user"};

constexpr std::array<std::string_view, 28> kShownOfHttp{
    "sslverify",    "sslcainfo",           "sslcapath",      "sslcert",     "sslkey",
    "sslbackend",   "sslversion",          "sslcipherlist",  "ssltry",      "version",
    "postbuffer",   "lowspeedlimit",       "lowspeedtime",   "noepsv",      "maxrequests",
    "minsessions",  "followredirects",     "cookiefile",     "savecookies", "proxyauthmethod",
    "proxysslcert", "proxysslkey",         "proxysslcainfo", "emptyauth",   "delegation",
    "pinnedpubkey", "schannelcheckrevoke", "proactiveauth"};

// In shown sections; each names a program, whose arguments may be secrets.
constexpr std::array<std::string_view, 7> kCommands{
    "driver", "sshcommand",           "gitproxy",       "editor",
    "pager",  "alternaterefscommand", "packobjectshook"};

constexpr std::array<std::string_view, 6> kShownOfRemotes{
    "url", "pushurl", "fetch", "promisor", "partialclonefilter", "tagopt"};

bool has(const auto& words, std::string_view word) {
  return std::ranges::find(words, word) != words.end();
}

bool is_proxy(const Key& key) {
  return key.name == "proxy" &&
         (key.section == "http" || key.section == "https" || key.section == "remote");
}

bool is_helper(const Key& key) { return key.section == "credential" && key.name == "helper"; }

bool is_plain_value(std::string_view value) {
  return has(std::array<std::string_view, 6>{"true", "false", "yes", "no", "on", "off"},
             to_lower(value)) ||
         value.find_first_not_of("+-.0123456789kmgKMG") == std::string_view::npos;
}

bool is_shown(const Key& key, std::string_view value) {
  if (is_plain_value(value)) return true;
  if (value.starts_with('!')) return false;  // shell text
  if (key.section == "http") return has(kShownOfHttp, key.name) || is_proxy(key);
  if (key.section == "remote") return has(kShownOfRemotes, key.name) || is_proxy(key);
  if (key.section == "url") return key.name == "insteadof" || key.name == "pushinsteadof";
  if (is_helper(key)) return !is_secret_name(value);
  if (key.section == "https") return is_proxy(key);
  if (key.section == "ssh") return key.name == "variant";
  return has(kShownSections, key.section) && !has(kCommands, key.name);
}

// An address in a key without quotes ends the key at its colon: http.https://h/.extraHeader:secret
// is read as the key http.https with the value //h/.extraHeader:secret. Nobody means that.
bool is_torn_apart(std::string_view name, std::string_view value) {
  return value.starts_with("//") && (name.ends_with("http") || name.ends_with("https"));
}

std::string redact_bare_proxy(std::string_view proxy) {
  const std::size_t at = proxy.rfind('@');
  if (at == std::string_view::npos) return std::string(proxy);
  const std::size_t colon = proxy.substr(0, at).find(':');
  std::string out(colon == std::string_view::npos ? "" : proxy.substr(0, colon + 1));
  out += kRedacted;
  out += proxy.substr(at);
  return out;
}

void append(Secrets& secrets, Secrets more) {
  std::ranges::move(more, std::back_inserter(secrets));
}

}  // namespace

std::string redact_setting(std::string_view key, std::string_view value) {
  const Key parts = split_key(key);
  if (value.empty()) return "";
  if (is_torn_apart(parts.name, value) || !is_shown(parts, value)) return std::string(kRedacted);
  if (is_proxy(parts) && value.find("://") == std::string_view::npos) {
    return redact_bare_proxy(value);
  }
  return redact_shapes(value);
}

Secrets secrets_of_setting(std::string_view key, std::string_view value) {
  const Key parts = split_key(key);
  if (is_plain_value(value)) return {};
  if (parts.name.starts_with("extraheader")) return parts_of_header(value);
  if (is_torn_apart(parts.name, value)) {
    Secrets secrets = parts_of_command(value);
    secrets.emplace_back(value);
    const std::size_t header = to_lower(value).find(".extraheader:");
    if (header != std::string::npos) append(secrets, parts_of_header(value.substr(header + 13)));
    return secrets;
  }
  if (is_proxy(parts)) return parts_of_proxy(value);
  Secrets secrets = parts_of_command(value);
  if (is_secret_name(parts.name) || (is_helper(parts) && value.starts_with('!'))) {
    secrets.emplace_back(value);
  }
  // url.<address>.insteadOf
  if (parts.subsection.find("://") != std::string_view::npos) {
    append(secrets, parts_of_address(parts.subsection));
  }
  return secrets;
}

}  // namespace gitsync::util
