// SPDX-License-Identifier: Apache-2.0
#include "net/address.h"

#include <arpa/inet.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "net/target.h"
#include "util/text.h"

namespace gitsync::net {
namespace {

using util::ErrorKind;
using util::Result;

std::unexpected<util::Error> unusable(std::string_view reason) {
  return util::fail(ErrorKind::kInvalid, "unusable URL: " + std::string(reason));
}

std::string_view port_of_scheme(std::string_view scheme) {
  if (scheme == "http") return "80";
  if (scheme == "https") return "443";
  return scheme == "socks5" || scheme == "socks5h" ? "1080" : "";
}

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || static_cast<unsigned char>(c) >= 0x80;
}

bool is_ipv4(const std::string& text) {
  in_addr address{};
  return ::inet_pton(AF_INET, text.c_str(), &address) == 1;
}

// A name whose last label begins with a digit and is a number could be read as an IPv4 address.
bool ends_in_a_number(std::string_view name) {
  if (name.ends_with('.')) name.remove_suffix(1);
  const std::string_view label = name.substr(name.rfind('.') + 1);
  if (label.starts_with("0x") || label.starts_with("0X")) return true;
  return !label.empty() && label.find_first_not_of("0123456789") == std::string_view::npos;
}

// What stands between brackets: an IPv6 address, perhaps with a zone (RFC 6874).
Result<std::string> bracketed(std::string_view text) {
  const auto percent = text.find('%');
  const std::string address(text.substr(0, percent));
  in6_addr parsed{};
  if (::inet_pton(AF_INET6, address.c_str(), &parsed) != 1) return unusable("bad IPv6 address");
  // One spelling, so that equal addresses are equal.
  std::array<char, INET6_ADDRSTRLEN> canonical{};
  std::string plain =
      ::inet_ntop(AF_INET6, &parsed, canonical.data(), static_cast<socklen_t>(canonical.size()));
  if (percent == std::string_view::npos) return plain;
  const std::string_view zone = text.substr(percent);
  if (!zone.starts_with("%25") || zone.size() == 3 ||
      !std::ranges::all_of(zone.substr(3), is_name_char)) {
    return unusable("bad zone of an IPv6 address");
  }
  return plain + "%" + std::string(zone.substr(3));
}

Result<std::string> host_of(const std::string& text) {
  if (text.starts_with('[')) {
    if (!text.ends_with(']')) return unusable("bad host");
    return bracketed(std::string_view(text).substr(1, text.size() - 2));
  }
  if (text.empty()) return unusable("no host");
  if (!std::ranges::all_of(text, is_name_char)) return unusable("bad host");
  if (ends_in_a_number(text) && !is_ipv4(text)) return unusable("bad IPv4 address");
  return util::to_lower(text);
}

Result<std::string> port_of(const util::Url& url) {
  const std::string text = url.port.empty() ? std::string(port_of_scheme(url.scheme)) : url.port;
  std::uint16_t port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port == 0) {
    return unusable("bad port");
  }
  return std::to_string(port);
}

}  // namespace

bool Address::is_loopback() const {
  in_addr v4{};
  if (::inet_pton(AF_INET, host.c_str(), &v4) == 1) return (ntohl(v4.s_addr) >> 24) == 127;
  in6_addr v6{};
  if (::inet_pton(AF_INET6, host.c_str(), &v6) != 1) return host == "localhost";
  return IN6_IS_ADDR_LOOPBACK(&v6) || (IN6_IS_ADDR_V4MAPPED(&v6) && v6.s6_addr[12] == 127);
}

std::string Address::display() const {
  const bool v6 = host.find(':') != std::string::npos;
  return (v6 ? "[" + host + "]" : host) + ":" + port;
}

std::string Address::origin() const {
  std::string text = scheme + "://";
  if (host.find(':') == std::string::npos) {
    text += host;
  } else {
    const auto percent = host.find('%');
    text += "[" + host.substr(0, percent);
    if (percent != std::string::npos) text += "%25" + host.substr(percent + 1);
    text += "]";
  }
  return port == port_of_scheme(scheme) ? text : text + ":" + port;
}

Result<Address> address_of(const util::Url& url) {
  GS_TRY(auto host, host_of(url.host));
  GS_TRY(auto port, port_of(url));
  return Address{.scheme = url.scheme, .host = std::move(host), .port = std::move(port)};
}

Result<Address> parse_address(std::string_view url) {
  GS_TRY(auto target, parse_target(url));
  return std::move(target.address);
}

}  // namespace gitsync::net
