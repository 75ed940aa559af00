// SPDX-License-Identifier: Apache-2.0
// What a server says in the head of a refusal: how to log in.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "net/message.h"

namespace gitsync::source {

// The schemes of a value of WWW-Authenticate or Proxy-Authenticate (RFC 9110 11.6.1), in lower case
// and in order; parameters are left out. Of a malformed value, those before the fault.
std::vector<std::string> schemes_in(std::string_view value);

// Those of all headers `name`.
std::vector<std::string> challenges(const net::ResponseHead& head, std::string_view name);

}  // namespace gitsync::source
