// SPDX-License-Identifier: Apache-2.0
// SHA-256 of what is sent, as signatures name it.

#pragma once

#include <string>
#include <string_view>

#include "net/message.h"
#include "util/error.h"
#include "util/event.h"
#include "util/sha256.h"

namespace gitsync::s3 {

using util::sha256_hex;
// The same of the file's first `size` bytes. Errors: kInvalid if it is shorter, kStopped, kTimeout,
// kLocal.
util::Result<std::string> sha256_hex(const net::FileBody& file, const util::Limit& limit);

// The 32 bytes of HMAC-SHA256 (RFC 2104).
std::string hmac_sha256(std::string_view key, std::string_view text);

}  // namespace gitsync::s3
