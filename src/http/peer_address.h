// SPDX-License-Identifier: Apache-2.0
// Who is at the other end of a connection.

#pragma once

#include <sys/socket.h>

#include <string>

namespace gitsync::http {

struct PeerAddress {
  sockaddr_storage storage{};
  socklen_t length = sizeof storage;

  const sockaddr* get() const noexcept { return reinterpret_cast<const sockaddr*>(&storage); }
  sockaddr* get() noexcept { return reinterpret_cast<sockaddr*>(&storage); }
};

// What one client counts as: the address without the port, of IPv6 its first 64 bits, which one
// host may have all to itself. Bytes, not text. `address` may be null.
std::string address_key(const sockaddr* address);

}  // namespace gitsync::http
