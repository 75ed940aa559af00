// SPDX-License-Identifier: Apache-2.0
// What GitHub's API answers to a request for an installation token.

#pragma once

#include <chrono>
#include <string>

#include "util/error.h"

namespace gitsync::auth {

struct TokenResponse {
  std::string token;  // not empty; not yet cleaned
  std::chrono::sys_seconds expires_at;
};

// JSON with `token` and `expires_at`. kProtocol for anything else; the message holds no part of it.
util::Result<TokenResponse> parse_token_response(const std::string& body);

}  // namespace gitsync::auth
