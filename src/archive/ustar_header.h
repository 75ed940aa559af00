// SPDX-License-Identifier: Apache-2.0
// The header blocks of one member as Writer writes them.
//
// Format: POSIX.1-1988, ustar; POSIX.1-2001, pax, for names, targets, sizes and times that do not
// fit. tar(5) of libarchive has both.

#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "archive/member.h"

namespace gitsync::archive {

inline constexpr std::uint64_t kTarBlock = 512;

// Whole blocks. `member` has a path as Member says, and is no hard link.
std::string ustar_header(const Member& member, std::chrono::sys_seconds time);

// How many zeros fill the last block of `size` bytes.
constexpr std::uint64_t tar_padding(std::uint64_t size) {
  return (kTarBlock - size % kTarBlock) % kTarBlock;
}

}  // namespace gitsync::archive
