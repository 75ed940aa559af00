// SPDX-License-Identifier: Apache-2.0
#include "net/ip_network.h"

#include <arpa/inet.h>

#include <algorithm>
#include <charconv>
#include <string>

namespace gitsync::net {
namespace {

constexpr Ip kV4Prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr unsigned kV4PrefixBits = 96;

bool is_v4(const Ip& ip) { return std::equal(ip.begin(), ip.begin() + 12, kV4Prefix.begin()); }

}  // namespace

bool IpNetwork::contains(const Ip& ip) const {
  if (is_v4(ip) && bits < kV4PrefixBits) return false;
  for (unsigned bit = 0; bit < bits; bit += 8) {
    const unsigned kept = std::min(8U, bits - bit);
    const auto mask = static_cast<std::uint8_t>(0xffU << (8 - kept));
    if (((ip.at(bit / 8) ^ address.at(bit / 8)) & mask) != 0) return false;
  }
  return true;
}

std::optional<Ip> parse_ip(std::string_view text) {
  const std::string copy(text);
  Ip ip = kV4Prefix;
  if (copy.contains('\0')) return std::nullopt;
  if (::inet_pton(AF_INET, copy.c_str(), ip.data() + 12) == 1) return ip;
  if (::inet_pton(AF_INET6, copy.c_str(), ip.data()) == 1) return ip;
  return std::nullopt;
}

std::optional<IpNetwork> parse_network(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  const std::string_view host = text.substr(0, slash);
  const std::string_view digits = text.substr(slash + 1);
  const auto ip = parse_ip(host);
  unsigned bits = 0;
  const auto [end, error] = std::from_chars(digits.begin(), digits.end(), bits);
  if (!ip || error != std::errc() || end != digits.end()) return std::nullopt;
  const bool v4 = !host.contains(':');
  if (bits > (v4 ? 32U : 128U)) return std::nullopt;
  return IpNetwork{.address = *ip, .bits = bits + (v4 ? kV4PrefixBits : 0)};
}

}  // namespace gitsync::net
