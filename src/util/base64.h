// SPDX-License-Identifier: Apache-2.0
// Base64 with padding, as in HTTP headers (RFC 4648 4).

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gitsync::util {

std::string base64_encode(std::string_view bytes);

// Nothing unless `text` is whole groups of four of the alphabet, padded at the end. No line breaks.
std::optional<std::string> base64_decode(std::string_view text);

}  // namespace gitsync::util
