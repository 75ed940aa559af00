// SPDX-License-Identifier: Apache-2.0
// IP addresses of both families as one value, and networks in CIDR notation (RFC 4632, RFC 4291).

#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace gitsync::net {

// 16 bytes; an IPv4 address stands as ::ffff:a.b.c.d, and is equal to that.
using Ip = std::array<std::uint8_t, 16>;

struct IpNetwork {
  Ip address{};
  unsigned bits = 0;  // of 128

  // An IPv6 network that only happens to surround the IPv4 addresses holds none of them.
  bool contains(const Ip& ip) const;
};

// Without brackets, port or zone.
std::optional<Ip> parse_ip(std::string_view text);
// "10.0.0.0/8", "fd00::/8".
std::optional<IpNetwork> parse_network(std::string_view text);

}  // namespace gitsync::net
