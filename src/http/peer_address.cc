// SPDX-License-Identifier: Apache-2.0
#include "http/peer_address.h"

#include <netinet/in.h>

namespace gitsync::http {

std::string address_key(const sockaddr* address) {
  if (address != nullptr && address->sa_family == AF_INET) {
    const auto& ip = reinterpret_cast<const sockaddr_in*>(address)->sin_addr;
    return {reinterpret_cast<const char*>(&ip), sizeof ip};
  }
  if (address != nullptr && address->sa_family == AF_INET6) {
    const auto& ip = reinterpret_cast<const sockaddr_in6*>(address)->sin6_addr;
    // Of all IPv4 clients of an IPv6 socket the first 64 bits are the same.
    if (IN6_IS_ADDR_V4MAPPED(&ip)) return {reinterpret_cast<const char*>(&ip), sizeof ip};
    return {reinterpret_cast<const char*>(&ip), sizeof ip / 2};
  }
  return {};
}

}  // namespace gitsync::http
