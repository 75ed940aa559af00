// SPDX-License-Identifier: Apache-2.0
// The deltas of an arriving pack whose bases are not there yet, found by their bases.
//
// They cost a place in a hash table a base and nothing else, since their fields in the table of the
// pack are free until they are whole: PackedObject::id has the id of the base, or its position, and
// PackedObject::base the next delta that waits for the same.

#pragma once

#include <cstdint>
#include <vector>

#include "git/object_id.h"
#include "git/pack_table.h"
#include "git/position_table.h"
#include "git/seeded_id_hash.h"

namespace gitsync::git {

// Thread-safety: none; it is of the thread that receives.
class WaitingDeltas {
 public:
  // `table` must outlive this.
  explicit WaitingDeltas(PackTable& table) : table_(table) {}

  bool empty() const { return first_.empty(); }

  // The delta at `position` waits for an object that has not arrived, or for one that has.
  void wait_for(std::uint32_t position, const ObjectId& base);
  void wait_for(std::uint32_t position, std::uint32_t base);

  // Appends what waits for that base to `out`, and puts `base`, a position or the number of what
  // was borrowed, into PackedObject::base of each. None of them waits afterwards, though
  // PackedObject::state has to be set by the caller.
  void take(const ObjectId& id, std::uint32_t base, std::vector<std::uint32_t>& out);
  void take(std::uint32_t base, std::vector<std::uint32_t>& out);

 private:
  struct Key {
    PackedState state;
    ObjectId id;
  };
  static Key key_of(std::uint32_t base);
  std::uint64_t hash_of(const Key& key) const;
  std::uint32_t find(const Key& key) const;
  void wait(std::uint32_t position, const Key& key);
  void take(const Key& key, std::uint32_t base, std::vector<std::uint32_t>& out);

  PackTable& table_;
  SeededIdHash hash_;
  PositionTable first_;  // of those that wait for the same
};

}  // namespace gitsync::git
