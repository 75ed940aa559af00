// SPDX-License-Identifier: Apache-2.0
// The signed statement by which a GitHub App proves who it is.
// Format: RFC 7519 (JWT), RFC 7515 (compact serialisation), RS256.

#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "util/error.h"

namespace gitsync::auth {

// Claims: iss = `issuer`, iat = `now`, exp = ten minutes later, in whole seconds.
// `pem`: an RSA private key, PKCS#1 or PKCS#8, not encrypted; deformed ones are repaired
// (pem_repair.h). kInvalid for anything else; the message holds no part of it.
util::Result<std::string> make_jwt(std::string_view pem, std::string_view issuer,
                                   std::chrono::sys_seconds now);

// Base64 with the alphabet for URLs, without padding (RFC 4648 5).
std::string base64url(std::string_view bytes);

}  // namespace gitsync::auth
