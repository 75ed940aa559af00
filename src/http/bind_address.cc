// SPDX-License-Identifier: Apache-2.0
#include "http/bind_address.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <memory>
#include <optional>

#include "util/text.h"

namespace gitsync::http {
namespace {

using util::Result;

std::unexpected<util::Error> bad_bind(std::string_view text, std::string_view reason) {
  return util::fail(util::ErrorKind::kInvalid, util::Cause::kBindForm,
                    "listen address \"" + std::string(text) + "\": " + std::string(reason));
}

bool is_unspecified(const std::string& host) {
  in_addr v4{};
  if (::inet_pton(AF_INET, host.c_str(), &v4) == 1) return v4.s_addr == INADDR_ANY;
  in6_addr v6{};
  if (::inet_pton(AF_INET6, host.c_str(), &v6) != 1) return false;
  const bool mapped = IN6_IS_ADDR_V4MAPPED(&v6) && std::all_of(v6.s6_addr + 12, v6.s6_addr + 16,
                                                               [](auto byte) { return byte == 0; });
  return IN6_IS_ADDR_UNSPECIFIED(&v6) || mapped;
}

// Names that getaddrinfo(3) takes for addresses, and nobody else: 0, 127.1, 0x7f000001.
bool is_odd_number(const std::string& host) {
  in_addr loose{};
  in_addr strict{};
  return ::inet_aton(host.c_str(), &loose) != 0 && ::inet_pton(AF_INET, host.c_str(), &strict) != 1;
}

// /etc/services, which small images lack; so these are known anyway.
std::optional<std::uint16_t> service_port(const std::string& name) {
  servent entry{};
  servent* found = nullptr;
  std::array<char, 4096> buffer{};
  if (::getservbyname_r(name.c_str(), "tcp", &entry, buffer.data(), buffer.size(), &found) == 0 &&
      found != nullptr) {
    return ntohs(static_cast<std::uint16_t>(found->s_port));
  }
  if (name == "http") return 80;
  if (name == "https") return 443;
  return name == "http-alt" ? std::optional<std::uint16_t>(8080) : std::nullopt;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  if (text.empty()) return 0;
  const std::string_view digits = text.starts_with('+') ? text.substr(1) : text;
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(digits.begin(), digits.end(), port);
  if (error == std::errc() && end == digits.end()) return port;
  return service_port(util::to_lower(text));
}

}  // namespace

Result<BindAddress> parse_bind(std::string_view text) {
  if (text.empty()) return BindAddress{};
  const auto colon = text.rfind(':');
  if (colon == std::string_view::npos) return bad_bind(text, "no port");
  std::string_view host = text.substr(0, colon);
  const bool in_brackets = host.starts_with('[') && host.ends_with(']');
  if (in_brackets) host = host.substr(1, host.size() - 2);
  if (host.find_first_of(in_brackets ? "[]" : ":[]") != std::string_view::npos) {
    return bad_bind(text, "an IPv6 address needs brackets around it");
  }
  BindAddress address{.host = std::string(host)};
  // getaddrinfo(3) takes a star for every address.
  if (host == "*" || host.contains('\0') || is_odd_number(address.host)) {
    return bad_bind(text, "not a host name");
  }
  if (is_unspecified(address.host)) address.host.clear();
  const auto port = parse_port(text.substr(colon + 1));
  if (!port) return bad_bind(text, "the port is neither a number from 0 to 65535 nor a service");
  address.port = *port;
  return address;
}

}  // namespace gitsync::http
