// SPDX-License-Identifier: Apache-2.0
// Numbers of bytes as people write them, after Kubernetes' quantities.

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace gitsync::util {

// "512", "64Mi", "64MiB", "10G": a whole number, then nothing, B, or K, M, G or T for powers of a
// thousand, with an i for powers of 1,024, and perhaps a B. Nothing if it is something else, or
// more than 63 bits hold.
std::optional<std::uint64_t> parse_byte_size(std::string_view text);

}  // namespace gitsync::util
