// SPDX-License-Identifier: Apache-2.0
// The parts of an http(s) URL that decide about connections: who is asked, and through what proxy.

#pragma once

#include <string>

#include "util/error.h"

namespace gitsync::net {

struct Address {
  std::string scheme;  // "http" or "https"
  std::string host;    // lower case, IPv6 without brackets
  std::string port;    // never empty

  bool operator==(const Address&) const = default;
  // "localhost" or an address of the loopback network: never reached through a proxy.
  bool is_loopback() const;
  // "host:port", for messages.
  std::string display() const;
};

// kInvalid unless `url` is a complete http or https URL. The message does not hold the URL.
util::Result<Address> parse_address(const std::string& url);

}  // namespace gitsync::net
