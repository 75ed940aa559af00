// SPDX-License-Identifier: Apache-2.0
// What an HTTP status that we did not want means to a caller that must decide.

#pragma once

#include <string>

#include "util/error.h"

namespace gitsync::net {

// 401 and 403: kAuth; 404 and 410: kNotFound; 408, 429 and 5xx: kNetwork, as trying again may
// help; all others: kProtocol.
util::ErrorKind kind_of_status(int status) noexcept;

// 400, 403, 407, 429 and 5xx, which mean the same whatever is asked for; kUnknown for all others.
util::Cause cause_of_status(int status) noexcept;

// "status 503", or what to say of a response without one (0).
std::string describe_status(int status);

}  // namespace gitsync::net
