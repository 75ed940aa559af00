// SPDX-License-Identifier: Apache-2.0
// The parts of a URL that decide who is connected to, and so who may be shown a secret. One parser
// (util::parse_url) reads them; what it reads is written anew for libcurl, so that nothing is read
// twice in two ways.

#pragma once

#include <string>
#include <string_view>

#include "util/error.h"
#include "util/url.h"

namespace gitsync::net {

struct Address {
  std::string scheme;  // lower case
  std::string host;    // lower case, IPv6 without brackets; a zone after '%', as written
  std::string port;    // decimal, 1 to 65535, never empty

  bool operator==(const Address&) const = default;
  // "localhost" or an address of the loopback network: never reached through a proxy.
  bool is_loopback() const;
  // "host:port", for messages.
  std::string display() const;
  // "scheme://host", with the port unless it is the scheme's own.
  std::string origin() const;
};

// kInvalid unless `url` is a complete http or https URL. The message does not hold the URL.
util::Result<Address> parse_address(std::string_view url);

// The same for any scheme whose port is known: http, https, socks5 and socks5h, or one with a port.
// Only plain host names and addresses are taken: other spellings of an IPv4 address (127.1, 0x7f.1)
// mean different hosts to different programs.
util::Result<Address> address_of(const util::Url& url);

}  // namespace gitsync::net
