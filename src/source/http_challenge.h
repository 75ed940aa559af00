// SPDX-License-Identifier: Apache-2.0
// What a server says in the head of a refusal: how to log in, and when to come back.

#pragma once

#include <chrono>
#include <optional>
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

// The duration that Retry-After asks for (RFC 9110 10.2.3); a day at most. Nothing if there is
// none. A date counts from the Date of the answer, as clocks differ; without one from `now`.
std::optional<std::chrono::seconds> retry_after(const net::ResponseHead& head,
                                                std::chrono::system_clock::time_point now);

}  // namespace gitsync::source
