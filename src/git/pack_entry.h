// SPDX-License-Identifier: Apache-2.0
// What stands in a pack before the compressed bytes of an object (gitformat-pack(5), "pack-*.pack
// files have the following format").

#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "git/object.h"
#include "git/object_id.h"

namespace gitsync::git {

// A type and size of 64 bits, and the id of a base.
inline constexpr std::size_t kMaxPackEntry = 10 + ObjectId::kSize;

struct PackEntry {
  std::optional<ObjectType> type;   // nothing: a delta
  std::uint64_t size = 0;           // of the object or of the delta, not compressed; bytes
  std::size_t length = 0;           // of what is told here; the compressed bytes follow
  std::uint64_t base_distance = 0;  // the base begins so many bytes before this entry; 0: see base
  ObjectId base;                    // of a delta without a distance
};

// Reads the beginning of an entry from at most kMaxPackEntry bytes of a pack. Nothing if it is
// none.
std::optional<PackEntry> parse_pack_entry(std::string_view bytes);

}  // namespace gitsync::git
