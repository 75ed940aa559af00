// SPDX-License-Identifier: Apache-2.0
// Which proxy an address is reached through: the rules of Go's golang.org/x/net/http/httpproxy, by
// which the reference reads these variables. Decided before libcurl sees a proxy; git's own traffic
// keeps git's rules.

#pragma once

#include <optional>
#include <string>

#include "net/address.h"
#include "util/environment.h"
#include "util/error.h"
#include "util/url.h"

namespace gitsync::net {

struct ProxyVariables {
  std::string http_proxy;   // a URL, or host[:port], which means http://
  std::string https_proxy;  // the same
  std::string no_proxy;     // see bypasses_proxy()
  bool is_cgi = false;      // HTTP_PROXY then comes from the client: see proxy_for()

  // HTTP_PROXY, HTTPS_PROXY and NO_PROXY or, where that is not set or empty, the same in lower
  // case. REQUEST_METHOD tells a CGI program.
  static ProxyVariables from(const util::Environment& environment);
};

struct Proxy {
  Address address;  // scheme http, https or socks5h
  std::optional<util::Userinfo> userinfo;
};

// Whether `no_proxy` takes `address` out. A list separated by commas of: an IP address, a network
// in CIDR notation, foo.com (it and its subdomains), .foo.com or *.foo.com (its subdomains only),
// or *; addresses and names may end in :port. What is none of these is ignored.
bool bypasses_proxy(std::string_view no_proxy, const Address& address);

// Nothing: connect directly. Loopback addresses and "localhost" always are. Errors: kInvalid for a
// proxy that is unusable (the message does not hold it), or for an http address in a CGI program.
util::Result<std::optional<Proxy>> proxy_for(const Address& address,
                                             const ProxyVariables& variables);

}  // namespace gitsync::net
