// SPDX-License-Identifier: Apache-2.0
// The text of --http-bind, understood as Go's net.Listen("tcp", ...) does it.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "util/error.h"

namespace gitsync::http {

struct BindAddress {
  std::string host;  // empty: every address of this machine, of both families
  std::uint16_t port = 0;

  bool operator==(const BindAddress&) const = default;
};

// "host:port" with brackets around an IPv6 address. An unspecified address (0.0.0.0, [::]) means
// every address, like no host; a port is a number or the name of a service, and 0 or none means any
// that is free. Errors: kInvalid.
util::Result<BindAddress> parse_bind(std::string_view text);

}  // namespace gitsync::http
