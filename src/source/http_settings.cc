// SPDX-License-Identifier: Apache-2.0
#include "source/http_settings.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string_view>

#include "git/config_file.h"
#include "git/config_url.h"
#include "source/http_setting_table.h"
#include "util/text.h"

namespace gitsync::source {
namespace {

using util::Environment;
using util::Result;

std::unexpected<util::Error> not_understood(const std::string& what) {
  return util::fail(util::ErrorKind::kInvalid, util::Cause::kNotUnderstood, what + " is set");
}

// Variables that outrank a setting.
constexpr std::array kVariables{
    std::pair{"GIT_SSL_CAINFO", "sslcainfo"},
    std::pair{"GIT_SSL_CAPATH", "sslcapath"},
    std::pair{"GIT_SSL_CERT", "sslcert"},
    std::pair{"GIT_SSL_KEY", "sslkey"},
    std::pair{"GIT_PROXY_SSL_CAINFO", "proxysslcainfo"},
    std::pair{"GIT_PROXY_SSL_CERT", "proxysslcert"},
    std::pair{"GIT_PROXY_SSL_KEY", "proxysslkey"},
    std::pair{"GIT_HTTP_PROXY_AUTHMETHOD", "proxyauthmethod"},
    std::pair{"GIT_HTTP_USER_AGENT", "useragent"},
    std::pair{"GIT_HTTP_LOW_SPEED_LIMIT", "lowspeedlimit"},
    std::pair{"GIT_HTTP_LOW_SPEED_TIME", "lowspeedtime"},
    std::pair{"GIT_HTTP_MAX_REQUESTS", "maxrequests"},
};
constexpr std::array<std::string_view, 6> kPrefixes{
    "GIT_SSL_", "GIT_PROXY_SSL_", "GIT_HTTP_", "GIT_CURL_", "GIT_TRACE_CURL", "GIT_SMART_HTTP"};

Result<void> apply_variable(HttpSettings& settings, const std::string& name,
                            const std::string& value) {
  if (name == "GIT_SSL_NO_VERIFY") {
    settings.trust.verify = net::Verify::kNo;  // whatever its value
    return {};
  }
  const auto* const known =
      std::ranges::find(kVariables, std::string_view(name),
                        [](const auto& v) -> std::string_view { return v.first; });
  const bool understood =
      known != kVariables.end() && apply_http_setting(settings, known->second, {.value = value});
  return understood ? Result<void>() : not_understood(name);
}

// The first one that there is, even if it is empty.
std::string first_of(const Environment& environment, std::initializer_list<const char*> names) {
  for (const auto* name : names) {
    if (auto value = environment.get(name)) return *value;
  }
  return {};
}

// As libcurl reads them (libcurl-env(3)): http goes by the lower case only, which no client of a
// CGI program can set.
Result<void> apply_proxies(HttpSettings& settings, const Environment& environment) {
  const bool understood = apply_http_proxy(
      settings,
      {.for_http = first_of(environment, {"http_proxy", "all_proxy", "ALL_PROXY"}),
       .for_https = first_of(environment, {"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"}),
       .no_proxy = first_of(environment, {"no_proxy", "NO_PROXY"})});
  return understood ? Result<void>() : not_understood("a proxy with a user, but no password,");
}

Result<void> apply_allowed(const Environment& environment) {
  const auto allowed = environment.get("GIT_ALLOW_PROTOCOL");
  if (!allowed) return {};
  // A redirect may lead from one to the other.
  const auto schemes = util::split(*allowed, ':');
  const auto has = [&](const char* name) {
    return std::ranges::find(schemes, name) != schemes.end();
  };
  return has("http") && has("https") ? Result<void>() : not_understood("GIT_ALLOW_PROTOCOL");
}

Result<void> apply_environment(HttpSettings& settings, const Environment& environment) {
  for (const auto& [name, value] : environment.variables()) {
    const auto begins = [&](std::string_view prefix) { return name.starts_with(prefix); };
    if (std::ranges::any_of(kPrefixes, begins)) GS_TRY_VOID(apply_variable(settings, name, value));
  }
  return apply_allowed(environment);
}

// Which of several settings of one name count: those that fit better than, or as well as, all
// before.
class Choice {
 public:
  explicit Choice(const std::string& url) : url_(git::normalize_config_url(url)) {}

  bool takes(const git::ConfigKey& key) {
    git::UrlRank rank;
    if (!key.subsection.empty()) {
      const auto setting = git::normalize_config_url(key.subsection);
      const auto match = setting && url_ ? git::match_config_url(*setting, *url_) : std::nullopt;
      if (!match) return false;
      rank = *match;
    }
    auto& best = best_[std::string(key.name)];
    if (rank < best) return false;
    best = rank;
    return true;
  }

 private:
  const std::optional<git::ConfigUrl> url_;
  std::map<std::string, git::UrlRank> best_;
};

// Neither may be forbidden: a redirect may lead from one to the other.
bool apply_protocol(HttpSettings& settings, const git::ConfigKey& key, const std::string& value) {
  if (key.subsection.empty() && key.name == "version") {
    if (value != "0" && value != "1" && value != "2") return false;
    settings.protocol = value.front() - '0';
    return true;
  }
  const bool concerns =
      key.subsection.empty() || key.subsection == "http" || key.subsection == "https";
  return !concerns || key.name != "allow" || value == "always";
}

Result<void> apply_pair(HttpSettings& settings, Choice& choice, const git::ConfigKey& key,
                        const SettingText& text) {
  if (key.section == "protocol" && !apply_protocol(settings, key, std::string(text.value))) {
    return not_understood("protocol." + std::string(key.name));
  }
  if (key.section != "http" || !choice.takes(key)) return {};
  if (apply_http_setting(settings, key.name, text)) return {};
  return not_understood((key.subsection.empty() ? "http." : "http.<url>.") + std::string(key.name));
}

}  // namespace

Result<HttpSettings> read_http_settings(const cli::ConfigPairs& pairs,
                                        const Environment& environment, const std::string& url) {
  HttpSettings settings;
  const auto home = environment.get_or("HOME", "");
  if (!home.empty()) settings.netrc_file = home + "/.netrc";
  GS_TRY_VOID(apply_proxies(settings, environment));
  Choice choice(url);
  for (const auto& [key, value] : pairs) {
    GS_TRY_VOID(
        apply_pair(settings, choice, git::split_config_key(key), {.value = value, .home = home}));
  }
  GS_TRY_VOID(apply_environment(settings, environment));
  return settings;
}

}  // namespace gitsync::source
