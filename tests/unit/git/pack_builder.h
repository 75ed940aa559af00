// SPDX-License-Identifier: Apache-2.0
// Makes packs by hand, sound or not, entry by entry.

#pragma once

#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "git/index_checksum.h"
#include "git/object_hasher.h"
#include "git/object_id.h"

namespace gitsync::git {

inline std::string zlib_of(std::string_view bytes, int level = 6) {
  uLongf size = ::compressBound(bytes.size());
  std::string out(size, '\0');
  ::compress2(reinterpret_cast<Bytef*>(out.data()), &size,
              reinterpret_cast<const Bytef*>(bytes.data()), bytes.size(), level);
  out.resize(size);
  return out;
}

inline std::string big_endian(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
  return bytes;
}

// The lowest seven bits first.
inline std::string number_of(std::uint64_t value) {
  std::string bytes(1, static_cast<char>(value & 0x7f));
  for (value >>= 7; value > 0; value >>= 7) {
    bytes.back() = static_cast<char>(bytes.back() | '\x80');
    bytes += static_cast<char>(value & 0x7f);
  }
  return bytes;
}

// A delta that copies what both begin with and has the rest in it.
inline std::string delta_of(std::string_view base, std::string_view result) {
  std::string delta = number_of(base.size()) + number_of(result.size());
  const auto [end, unused] = std::ranges::mismatch(base, result);
  std::size_t at = static_cast<std::size_t>(end - base.begin());
  for (std::size_t done = 0; done < at;) {
    const std::size_t size = std::min<std::size_t>(at - done, 0xffff);
    delta += '\xbf';  // four bytes of offset, two of size
    for (const unsigned shift : {0u, 8u, 16u, 24u}) delta += static_cast<char>(done >> shift);
    for (const unsigned shift : {0u, 8u}) delta += static_cast<char>(size >> shift);
    done += size;
  }
  for (; at < result.size(); at += 127) {
    const auto piece = result.substr(at, 127);
    delta += static_cast<char>(piece.size());
    delta += piece;
  }
  return delta;
}

inline ObjectId id_of(ObjectType type, std::string_view bytes) {
  return ObjectHasher::create()->hash(type, bytes);
}

class PackBuilder {
 public:
  static constexpr unsigned kOffsetDelta = 6;
  static constexpr unsigned kIdDelta = 7;

  std::uint64_t offset() const { return kHeader + body_.size(); }
  std::uint32_t count() const { return count_; }

  // Each returns where the entry begins.
  std::uint64_t add(ObjectType type, std::string_view bytes) {
    return raw(head(static_cast<unsigned>(type), bytes.size()) + zlib_of(bytes));
  }
  std::uint64_t add_offset_delta(std::uint64_t base, std::string_view delta) {
    return raw(head(kOffsetDelta, delta.size()) + distance(offset() - base) + zlib_of(delta));
  }
  std::uint64_t add_id_delta(const ObjectId& base, std::string_view delta) {
    return raw(head(kIdDelta, delta.size()) + std::string(base.view()) + zlib_of(delta));
  }
  std::uint64_t raw(std::string_view entry) {
    const auto begin = offset();
    body_ += entry;
    ++count_;
    return begin;
  }

  std::string finish() const { return finish(count_); }
  // With a count that may be wrong.
  std::string finish(std::uint32_t count) const {
    return with_trailer("PACK" + big_endian(2) + big_endian(count) + body_);
  }
  static std::string with_trailer(const std::string& bytes) {
    IndexChecksum sum;
    sum.add(bytes);
    const auto digest = sum.finish();
    return bytes + std::string(digest.data(), digest.size());
  }

  static std::string head(unsigned type, std::uint64_t size) {
    std::string bytes(1, static_cast<char>(type << 4 | (size & 15)));
    if (size >> 4 == 0) return bytes;
    bytes[0] = static_cast<char>(bytes[0] | '\x80');
    return bytes + number_of(size >> 4);
  }
  static std::string distance(std::uint64_t value) {
    std::string bytes(1, static_cast<char>(value & 0x7f));
    while ((value >>= 7) > 0) {
      --value;
      bytes.insert(bytes.begin(), static_cast<char>((value & 0x7f) | 0x80));
    }
    return bytes;
  }

 private:
  static constexpr std::uint64_t kHeader = 12;

  std::string body_;
  std::uint32_t count_ = 0;
};

}  // namespace gitsync::git
