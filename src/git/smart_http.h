// SPDX-License-Identifier: Apache-2.0
// Whether a body of info/refs comes from a git server at all: gitprotocol-http(5), "Smart Clients".

#pragma once

#include <string_view>

#include "util/error.h"

namespace gitsync::git {

// Judges the first bytes of a body, as many as have come; the sooner the better, since a list of
// the dumb protocol looks like a long packet. Errors: kProtocol with Cause::kNoGitServer for what
// is neither smart nor dumb, with Cause::kNotUnderstood for the dumb protocol.
util::Result<void> check_smart_body(std::string_view start);

// The error for a first packet that no git server sends.
std::unexpected<util::Error> no_git_server(std::string_view start);

}  // namespace gitsync::git
