// SPDX-License-Identifier: Apache-2.0
// Reads of exactly so many bytes at a place of a file, and the numbers in network byte order that
// stand there.

#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "util/error.h"

namespace gitsync::git {

// Fills `out` by pread(2). kCorrupt, naming `shown`, if the file ends before.
util::Result<void> read_exactly_at(int fd, std::span<char> out, std::uint64_t offset,
                                   std::string_view shown);

// The first four or eight bytes of `bytes`, which must have them.
std::uint32_t big_endian_32(std::string_view bytes);
std::uint64_t big_endian_64(std::string_view bytes);

}  // namespace gitsync::git
