// SPDX-License-Identifier: Apache-2.0
// A hash table of positions in an array that has the keys: 5 to 11 bytes for each. It bears no more
// than the hash does: whoever puts foreign keys in needs one that foreigners cannot foresee.

#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gitsync::git {

// `hash_of(position)` below is the hash by which a position was put in. Thread-safety: none.
class PositionTable {
 public:
  static constexpr std::uint32_t kNone = 0xffffffff;

  bool empty() const { return count_ == 0; }

  // The position for which `is(position)` holds, or kNone.
  template <typename Is>
  std::uint32_t find(std::uint64_t hash, const Is& is) const {
    if (slots_.empty()) return kNone;
    std::size_t at = hash & mask();
    while (slots_[at] != kNone && !is(slots_[at])) at = (at + 1) & mask();
    return slots_[at];
  }

  // It must not be there yet.
  template <typename HashOf>
  void insert(std::uint64_t hash, std::uint32_t position, const HashOf& hash_of) {
    if ((count_ + 1) * 4 > slots_.size() * 3) grow(hash_of);
    put(hash, position);
    ++count_;
  }

  // It must be there.
  template <typename HashOf>
  void erase(std::uint64_t hash, std::uint32_t position, const HashOf& hash_of) {
    std::size_t hole = hash & mask();
    while (slots_[hole] != position) hole = (hole + 1) & mask();
    // What was pushed behind its place by others moves up, so that no search ends too early.
    for (std::size_t at = (hole + 1) & mask(); slots_[at] != kNone; at = (at + 1) & mask()) {
      const std::size_t home = hash_of(slots_[at]) & mask();
      if (((at - home) & mask()) < ((at - hole) & mask())) continue;
      slots_[hole] = slots_[at];
      hole = at;
    }
    slots_[hole] = kNone;
    --count_;
  }

 private:
  static constexpr std::size_t kFirstSize = 1024;  // a power of two, as are all that follow

  std::size_t mask() const { return slots_.size() - 1; }

  void put(std::uint64_t hash, std::uint32_t position) {
    std::size_t at = hash & mask();
    while (slots_[at] != kNone) at = (at + 1) & mask();
    slots_[at] = position;
  }

  template <typename HashOf>
  void grow(const HashOf& hash_of) {
    std::vector<std::uint32_t> old(slots_.empty() ? kFirstSize : slots_.size() * 2, kNone);
    old.swap(slots_);
    for (const std::uint32_t position : old) {
      if (position != kNone) put(hash_of(position), position);
    }
  }

  std::vector<std::uint32_t> slots_;
  std::size_t count_ = 0;
};

}  // namespace gitsync::git
