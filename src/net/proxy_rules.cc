// SPDX-License-Identifier: Apache-2.0
#include "net/proxy_rules.h"

#include <algorithm>
#include <initializer_list>

#include "net/ip_network.h"
#include "util/text.h"

namespace gitsync::net {
namespace {

using util::ErrorKind;
using util::Result;

std::string first_of(const util::Environment& environment,
                     std::initializer_list<std::string_view> names) {
  for (const auto name : names) {
    if (auto value = environment.get(name); value && !value->empty()) return *value;
  }
  return {};
}

bool matches_name(std::string_view pattern, std::string_view host) {
  if (pattern.starts_with("*.")) pattern.remove_prefix(1);
  if (pattern.starts_with('.')) return host.size() > pattern.size() && host.ends_with(pattern);
  return host == pattern ||
         (host.ends_with(pattern) && host.substr(0, host.size() - pattern.size()).ends_with('.'));
}

// One entry of the list, trimmed and in lower case.
bool matches(std::string_view entry, const Address& address) {
  if (entry == "*") return true;
  const auto ip = parse_ip(address.host);
  if (const auto network = parse_network(entry)) return ip && network->contains(*ip);
  std::string_view host = entry;
  if (!parse_ip(entry)) {
    const auto colon = entry.rfind(':');
    host = entry.substr(0, colon);
    if (colon != std::string_view::npos && colon + 1 < entry.size() &&
        entry.substr(colon + 1) != address.port) {
      return false;
    }
    const bool in_brackets = host.starts_with('[') && host.ends_with(']');
    if (colon != std::string_view::npos && in_brackets) host = host.substr(1, host.size() - 2);
  }
  if (host.empty()) return false;
  if (const auto wanted = parse_ip(host)) return ip == wanted;
  return !ip && matches_name(host, address.host);
}

std::unexpected<util::Error> unusable() {
  return util::fail(ErrorKind::kInvalid, "unusable proxy",
                    "HTTP_PROXY and HTTPS_PROXY have the form http://host:port");
}

Result<Proxy> parse_proxy(const std::string& text) {
  const std::string url = text.contains("://") ? text : "http://" + text;
  const auto parts = util::parse_url(url);
  if (!parts) return unusable();
  auto address = address_of(*parts);
  if (!address) return unusable();
  // Go lets a SOCKS5 proxy look up the name by either spelling; libcurl only by the second.
  if (address->scheme == "socks5") address->scheme = "socks5h";
  if (!parts->is_http() && address->scheme != "socks5h") return unusable();
  return Proxy{.address = std::move(*address), .userinfo = parts->userinfo};
}

}  // namespace

ProxyVariables ProxyVariables::from(const util::Environment& environment) {
  return {.http_proxy = first_of(environment, {"HTTP_PROXY", "http_proxy"}),
          .https_proxy = first_of(environment, {"HTTPS_PROXY", "https_proxy"}),
          .no_proxy = first_of(environment, {"NO_PROXY", "no_proxy"}),
          .is_cgi = !environment.get_or("REQUEST_METHOD", "").empty()};
}

bool bypasses_proxy(std::string_view no_proxy, const Address& address) {
  if (address.is_loopback()) return true;
  return std::ranges::any_of(util::split(no_proxy, ','), [&](const std::string& entry) {
    return matches(util::to_lower(util::trim(entry)), address);
  });
}

Result<std::optional<Proxy>> proxy_for(const Address& address, const ProxyVariables& variables) {
  const bool is_https = address.scheme == "https";
  const std::string& text = is_https ? variables.https_proxy : variables.http_proxy;
  // Go's parser takes no value that begins with a blank, and then goes without.
  if (text.empty() || text.starts_with(' ')) return std::nullopt;
  if (!is_https && variables.is_cgi) {
    return util::fail(ErrorKind::kInvalid, "refusing to use HTTP_PROXY beside REQUEST_METHOD",
                      "in a CGI program the client sets HTTP_PROXY: unset REQUEST_METHOD");
  }
  if (bypasses_proxy(variables.no_proxy, address)) return std::nullopt;
  return parse_proxy(text);
}

}  // namespace gitsync::net
