// SPDX-License-Identifier: Apache-2.0
#include "git/pack_output.h"

#include <algorithm>

#include "git/crc32.h"

namespace gitsync::git {

using util::Result;

namespace {

constexpr std::uint32_t kVersion = 2;
constexpr unsigned kOffsetDelta = 6;
constexpr unsigned kMore = 0x80;

// Four bits of the size beside the type, then seven a byte, the lowest first.
std::string type_and_size(unsigned type, std::uint64_t size) {
  std::string bytes;
  unsigned byte = type << 4 | static_cast<unsigned>(size & 15);
  for (size >>= 4; size != 0; size >>= 7) {
    bytes += static_cast<char>(byte | kMore);
    byte = static_cast<unsigned>(size & 127);
  }
  bytes += static_cast<char>(byte);
  return bytes;
}

// Seven bits a byte, the highest first; each but the last counts one more.
std::string base_distance(std::uint64_t distance) {
  std::string bytes(1, static_cast<char>(distance & 127));
  while ((distance >>= 7) != 0) {
    --distance;
    bytes += static_cast<char>(kMore | (distance & 127));
  }
  std::ranges::reverse(bytes);
  return bytes;
}

}  // namespace

Result<void> PackOutput::begin(std::uint32_t count) {
  GS_TRY_VOID(out_.write("PACK"));
  GS_TRY_VOID(out_.write_32(kVersion));
  return out_.write_32(count);
}

Result<void> PackOutput::begin_object(ObjectType type, std::uint64_t size) {
  crc_ = 0;
  return write(type_and_size(static_cast<unsigned>(type), size));
}

Result<void> PackOutput::begin_delta(std::uint64_t size, std::uint64_t distance) {
  crc_ = 0;
  return write(type_and_size(kOffsetDelta, size) + base_distance(distance));
}

Result<void> PackOutput::write(std::string_view bytes) {
  crc_ = crc32(crc_, bytes);
  return out_.write(bytes);
}

}  // namespace gitsync::git
