// SPDX-License-Identifier: Apache-2.0
// What a token server answers.
//
// Format: Docker's "Token Authentication Specification" and "OAuth2 Token Authentication".

#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "util/error.h"

namespace gitsync::oci {

struct TokenAnswer {
  std::string token;  // fit for a header
  std::chrono::seconds lifetime{60};
};

// `token` or `access_token`; without `expires_in` it lives for 60 s, as the specification says, and
// a day at most. kProtocol for anything else; the message holds no part of it.
util::Result<TokenAnswer> parse_token_answer(std::string_view body);

}  // namespace gitsync::oci
