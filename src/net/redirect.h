// SPDX-License-Identifier: Apache-2.0
// Redirects: which request follows, and what goes along.

#pragma once

#include <functional>

#include "net/message.h"
#include "net/target.h"
#include "util/error.h"

namespace gitsync::net {

// One request and its response, whatever its status.
using Exchange =
    std::function<util::Result<ResponseHead>(const Request&, const Target&, const Sink&)>;

// Checks the request and sends it by `exchange`; follows redirects if the request says so. `sink`
// sees the last response only. Errors: kInvalid for an unusable request, kProtocol for a redirect
// to an unusable URL or too many of them, and the exchange's. All name host and port.
util::Result<ResponseHead> send_and_follow(const Request& request, const Sink& sink,
                                           const Exchange& exchange);

}  // namespace gitsync::net
