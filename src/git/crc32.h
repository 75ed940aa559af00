// SPDX-License-Identifier: Apache-2.0
// The CRC-32 that an index of a pack has of each entry (gitformat-pack(5), "Version 2 pack-*.idx
// files"); it is that of zlib and gzip (RFC 1952).

#pragma once

#include <cstdint>
#include <string_view>

namespace gitsync::git {

// `sum` is 0, or what the bytes before these gave.
std::uint32_t crc32(std::uint32_t sum, std::string_view bytes);

}  // namespace gitsync::git
