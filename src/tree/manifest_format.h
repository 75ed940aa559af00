// SPDX-License-Identifier: Apache-2.0
// The parts of a manifest on disk (tree/manifest.h), in the byte order of the machine.

#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace gitsync::tree {

inline constexpr std::string_view kManifestMagic = "gs-tree1";
inline constexpr std::uint32_t kByteOrder = 0x01020304;
// RecordHead::kind of a directory; the others are FileKind.
inline constexpr std::uint8_t kDirectoryKind = 0xd;

struct RecordHead {
  std::uint64_t size, inode;
  std::int64_t modified_s, changed_s;
  std::uint32_t modified_ns, changed_ns;
  std::uint32_t mode, uid, gid;
  std::uint32_t shared;  // bytes of the path before that this path begins with
  std::uint32_t suffix;  // bytes of the path behind them
  std::uint8_t kind, id_size;
  std::uint16_t zero;
};
static_assert(sizeof(RecordHead) == 64);

struct Trailer {
  std::uint64_t records;
  std::uint64_t top;  // inode
  std::uint64_t sum;  // of all bytes before the trailer, then of the two words above
};
static_assert(sizeof(Trailer) == 24);

// FNV-1a on words of eight bytes instead of bytes, with a rotation that brings high bits down; what
// is left at the end is padded with zeros. Meant for torn writes and bad blocks, not for attackers:
// who can write here can write the tree.
class ManifestSum {
 public:
  // A piece that has no multiple of eight bytes is padded.
  void add(std::string_view bytes) {
    for (; bytes.size() >= 8; bytes.remove_prefix(8)) mix(bytes.data(), 8);
    if (!bytes.empty()) mix(bytes.data(), bytes.size());
  }
  std::uint64_t value() const { return sum_; }

 private:
  void mix(const char* bytes, std::size_t count) {
    std::uint64_t word = 0;
    std::memcpy(&word, bytes, count);
    sum_ = std::rotl((sum_ ^ word) * 0x100000001b3U, 29);
  }

  std::uint64_t sum_ = 0xcbf29ce484222325U;
};

}  // namespace gitsync::tree
