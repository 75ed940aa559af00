// SPDX-License-Identifier: Apache-2.0
// The id of an object in a SHA-1 repository as 20 bytes: what trees, packs and the index hold, and
// small enough to be kept by the ten thousand. git::Oid is the same as text, and also SHA-256.

#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <optional>
#include <string>
#include <string_view>

#include "git/oid.h"

namespace gitsync::git {

struct ObjectId {
  static constexpr std::size_t kSize = 20;

  std::array<std::uint8_t, kSize> bytes{};

  // Nothing but 40 hex digits in lower case is one.
  static std::optional<ObjectId> from_hex(std::string_view hex);
  // Nothing for a SHA-256.
  static std::optional<ObjectId> from(const Oid& oid) { return from_hex(oid.hex()); }
  // The first 20 bytes of `raw`, which must have them.
  static ObjectId from_bytes(std::string_view raw);

  std::string hex() const;
  Oid oid() const;
  std::string_view view() const {
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  }
  // The id that git writes where there is no object.
  bool is_null() const { return *this == ObjectId{}; }

  // In the order of the bytes, which is that of the hex digits and of git.
  auto operator<=>(const ObjectId&) const = default;
};

// For unordered containers. An id is a hash already; but whoever makes objects can choose the bytes
// that a table looks at, so a table of foreign ids must bear collisions.
struct ObjectIdHash {
  std::size_t operator()(const ObjectId& id) const noexcept {
    std::size_t hash = 0;
    std::memcpy(&hash, id.bytes.data(), sizeof hash);
    return hash;
  }
};

// The tree without entries, which git knows without having it on disk.
inline constexpr ObjectId kEmptyTree{{0x4b, 0x82, 0x5d, 0xc6, 0x42, 0xcb, 0x6e, 0xb9, 0xa0, 0x60,
                                      0xe5, 0x4b, 0xf8, 0xd6, 0x92, 0x88, 0xfb, 0xee, 0x49, 0x04}};

}  // namespace gitsync::git
