// SPDX-License-Identifier: Apache-2.0
#include "source/http_setting_table.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>

#include "source/http_value.h"
#include "util/text.h"
#include "util/url.h"

namespace gitsync::source {
namespace {

using Text = SettingText;

bool is_one_of(const Text& text, std::initializer_list<std::string_view> words) {
  return std::ranges::find(words, util::to_lower(text.value)) != words.end();
}

template <typename To, typename From>
bool assign(To& to, std::optional<From> from) {
  if (from) to = std::move(*from);
  return from.has_value();
}

bool assign_path(std::string& to, const Text& text) {
  return assign(to, git_path(text.value, text.home));
}

bool set_ca_directory(HttpSettings& s, const Text& text) {
  // git's TLS library takes every file in it, whatever its name, and nothing else.
  s.last_ca_file.clear();
  s.ca_directory_is_set = true;
  return assign(s.trust.ca_directory, git_path(text.value, text.home));
}

// git would ask for a missing password.
bool is_whole_proxy(std::string_view url) {
  const auto userinfo = util::find_userinfo(url);
  return !userinfo || userinfo->has_password;
}

bool set_proxy(HttpSettings& s, const Text& text) {
  net::CurlProxy proxy = s.curl.proxy.value_or(net::CurlProxy());
  proxy.for_http = proxy.for_https = text.value;
  s.curl.proxy = std::move(proxy);
  return is_whole_proxy(text.value);
}

bool add_header(HttpSettings& s, const Text& text) {
  if (text.value.empty()) {
    s.extra_headers.clear();
    return true;
  }
  auto header = git_header(text.value);
  if (header) s.extra_headers.push_back(std::move(*header));
  return header.has_value();
}

bool set_verify(HttpSettings& s, const Text& text) {
  const auto verify = git_bool(text.value);
  s.trust.verify = verify == false ? net::Verify::kNo : net::Verify::kYes;
  return verify.has_value();
}

bool set_low_speed_time(HttpSettings& s, const Text& text) {
  const auto seconds = git_number(text.value);
  if (seconds) s.curl.low_speed.time = std::chrono::seconds(*seconds);
  return seconds.has_value();
}

bool set_version(HttpSettings& s, const Text& text) {
  s.version = text.value == "HTTP/2" ? net::HttpVersion::k2 : net::HttpVersion::k1;
  return text.value == "HTTP/2" || text.value == "HTTP/1.1";
}

bool set_redirects(HttpSettings& s, const Text& text) {
  if (text.value == "initial") return true;
  s.redirects = FollowRedirects::kNo;
  return git_bool(text.value) == false;
}

bool set_proactive(HttpSettings& s, const Text& text) {
  s.proactive = is_one_of(text, {"none"}) ? Proactive::kNever : Proactive::kBasic;
  return is_one_of(text, {"none", "basic", "auto"});
}

bool is_off(HttpSettings& /*s*/, const Text& text) { return git_bool(text.value) == false; }
bool is_of_no_concern(HttpSettings& /*s*/, const Text& /*text*/) { return true; }

// False: not understood.
using Apply = bool (*)(HttpSettings&, const Text&);

struct Setting {
  std::string_view name;  // behind "http.", in lower case
  Apply apply;
};

constexpr std::array kSettings{
    Setting{"proxy", set_proxy},
    Setting{"proxyauthmethod",
            [](auto&, const Text& t) { return is_one_of(t, {"basic", "anyauth"}); }},
    Setting{"extraheader", add_header},
    Setting{"useragent",
            [](auto& s, const Text& t) { return assign(s.user_agent, std::optional(t.value)); }},
    Setting{"cookiefile",
            [](auto& s, const Text& t) {
              return t.value.empty() ? (s.curl.cookie_file = "", true)
                                     : assign(s.curl.cookie_file, git_path(t.value, t.home));
            }},
    Setting{"savecookies", is_off},
    Setting{"version", set_version},
    Setting{"followredirects", set_redirects},
    Setting{"proactiveauth", set_proactive},
    Setting{"emptyauth",
            [](auto& s, const Text& t) { return is_one_of(t, {"auto"}) || is_off(s, t); }},
    Setting{"lowspeedlimit",
            [](auto& s, const Text& t) {
              return assign(s.curl.low_speed.bytes_per_second, git_number(t.value));
            }},
    Setting{"lowspeedtime", set_low_speed_time},
    Setting{"sslverify", set_verify},
    Setting{
        "sslcainfo",
        [](auto& s, const Text& t) { return assign(s.trust.ca_file, git_path(t.value, t.home)); }},
    Setting{"sslcapath", set_ca_directory},
    Setting{
        "sslcert",
        [](auto& s, const Text& t) { return assign_path(s.curl.certificate.certificate_file, t); }},
    Setting{"sslkey",
            [](auto& s, const Text& t) { return assign_path(s.curl.certificate.key_file, t); }},
    Setting{"sslcertpasswordprotected", is_off},
    Setting{"proxysslcainfo",
            [](auto& s, const Text& t) {
              return assign(s.trust.proxy_ca_file, git_path(t.value, t.home));
            }},
    Setting{"proxysslcert",
            [](auto& s, const Text& t) {
              return assign_path(s.curl.proxy_certificate.certificate_file, t);
            }},
    Setting{
        "proxysslkey",
        [](auto& s, const Text& t) { return assign_path(s.curl.proxy_certificate.key_file, t); }},
    Setting{"proxysslcertpasswordprotected", is_off},
    // How much goes at once, ftp, Kerberos, other systems.
    Setting{"postbuffer", is_of_no_concern},
    Setting{"maxrequests", is_of_no_concern},
    Setting{"minsessions", is_of_no_concern},
    Setting{"noepsv", is_of_no_concern},
    Setting{"ssltry", is_of_no_concern},
    Setting{"delegation", is_of_no_concern},
    Setting{"schannelcheckrevoke", is_of_no_concern},
    Setting{"schannelusesslcainfo", is_of_no_concern},
};

}  // namespace

bool apply_http_setting(HttpSettings& settings, std::string_view name, const SettingText& text) {
  const auto* const found = std::ranges::find(kSettings, name, &Setting::name);
  return found != kSettings.end() && found->apply(settings, text);
}

bool apply_http_proxy(HttpSettings& settings, const net::CurlProxy& proxy) {
  settings.curl.proxy = proxy;
  return is_whole_proxy(proxy.for_http) && is_whole_proxy(proxy.for_https);
}

}  // namespace gitsync::source
