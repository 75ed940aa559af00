// SPDX-License-Identifier: Apache-2.0
// What is known of the objects of a pack while it arrives: where each stands, and which it is. The
// thread that receives fills it, another one may look for objects meanwhile.

#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "git/object.h"
#include "git/object_id.h"
#include "git/position_table.h"
#include "git/seeded_id_hash.h"
#include "util/mutex.h"

namespace gitsync::git {

// A position is the number of an object in the pack, the first being 0.
inline constexpr std::uint32_t kNoPosition = PositionTable::kNone;

enum class PackedState : std::uint8_t {
  kWhole,             // its id and its type are known
  kWaitsForId,        // a delta whose base has not arrived
  kWaitsForPosition,  // a delta whose base is there, but is not whole or was not read again yet
};

// One object. What waiting ones have in the fields is in waiting_deltas.h.
struct PackedObject {
  std::uint64_t offset = 0;          // bytes from the beginning of the pack
  ObjectId id;                       // if it is whole
  std::uint32_t crc = 0;             // CRC-32 of the entry as it stands in the pack
  std::uint32_t base = kNoPosition;  // what a whole delta is made of: a position or a borrowed base
  std::uint16_t depth = 0;           // how many deltas it takes to make it
  ObjectType type = ObjectType::kBlob;
  PackedState state = PackedState::kWhole;
};
static_assert(sizeof(PackedObject) == 40);

// Bases that are not in the pack have numbers from here (PackTable::borrowed()).
inline constexpr std::uint32_t kFirstBorrowed = std::uint32_t{1} << 31;

// An array of them, in pieces: one that is moved when it grows needs twice the memory meanwhile.
class PackedObjects {
 public:
  std::uint32_t size() const { return size_; }
  void push_back(const PackedObject& object) {
    if (size_++ % kChunk == 0) chunks_.emplace_back().reserve(kChunk);
    chunks_.back().push_back(object);
  }
  const PackedObject& operator[](std::uint32_t position) const {
    return chunks_[position / kChunk][position % kChunk];
  }
  PackedObject& operator[](std::uint32_t position) {
    return chunks_[position / kChunk][position % kChunk];
  }

 private:
  static constexpr std::size_t kChunk = 1024;  // objects

  std::vector<std::vector<PackedObject>> chunks_;
  std::uint32_t size_ = 0;
};

// Memory: 40 bytes an object, and 5 to 11 for finding it by its id. Does not move.
// Thread-safety: all members may be called from any thread.
class PackTable {
 public:
  PackTable() = default;
  PackTable(const PackTable&) = delete;
  PackTable& operator=(const PackTable&) = delete;

  // Appends an object whose entry ends at `end`; returns its position.
  std::uint32_t add(const PackedObject& object, std::uint64_t end);
  void set(std::uint32_t position, const PackedObject& object);

  std::uint32_t size() const;
  PackedObject at(std::uint32_t position) const;
  std::uint64_t end_of(std::uint32_t position) const;
  // The first whole object of this id, if there are several.
  std::optional<std::uint32_t> find(const ObjectId& id) const;
  // The object that begins at this offset.
  std::optional<std::uint32_t> find(std::uint64_t offset) const;

  // All positions, in the order of the ids and then of the pack. Memory: 4 bytes an object.
  std::vector<std::uint32_t> by_id() const;

  // A base outside of the pack; returns its number, which PackedObject::base may have.
  std::uint32_t borrow(const ObjectId& id);
  std::vector<ObjectId> borrowed() const;
  ObjectId borrowed(std::uint32_t number) const;

 private:
  mutable util::Mutex mutex_;
  SeededIdHash hash_;
  PackedObjects objects_ GITSYNC_GUARDED_BY(mutex_);
  std::uint64_t end_ GITSYNC_GUARDED_BY(mutex_) = 0;  // of the last entry
  PositionTable ids_ GITSYNC_GUARDED_BY(mutex_);
  std::vector<ObjectId> borrowed_ GITSYNC_GUARDED_BY(mutex_);
};

}  // namespace gitsync::git
