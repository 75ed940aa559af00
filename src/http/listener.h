// SPDX-License-Identifier: Apache-2.0
// From the text of --http-bind to a listening socket.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "util/error.h"
#include "util/fd.h"

namespace gitsync::http {

struct Listener {
  util::Fd fd;  // non-blocking
  std::uint16_t port = 0;
};

// `bind`: see parse_bind(). Every address: IPv6 and IPv4, or IPv4 alone where there is no IPv6. Of
// a name's addresses the first IPv4 one is taken, else the first. Every error names the address,
// and has the setting that it came from as its subject.
util::Result<Listener> listen_on(std::string_view bind, std::string_view setting = "--http-bind");

}  // namespace gitsync::http
