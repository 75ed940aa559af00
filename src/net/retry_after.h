// SPDX-License-Identifier: Apache-2.0
// When a server that refuses a request wants to be asked again.

#pragma once

#include <chrono>
#include <optional>

#include "net/message.h"

namespace gitsync::net {

// The duration that Retry-After asks for (RFC 9110 10.2.3); a day at most. Nothing if there is
// none. A date counts from the Date of the answer, as clocks differ; without one from `now`.
std::optional<std::chrono::seconds> retry_after(const ResponseHead& head,
                                                std::chrono::system_clock::time_point now);

}  // namespace gitsync::net
