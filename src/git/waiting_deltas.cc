// SPDX-License-Identifier: Apache-2.0
#include "git/waiting_deltas.h"

#include <cstring>

namespace gitsync::git {

WaitingDeltas::Key WaitingDeltas::key_of(std::uint32_t base) {
  Key key{.state = PackedState::kWaitsForPosition, .id = {}};
  std::memcpy(key.id.bytes.data(), &base, sizeof base);
  return key;
}

std::uint64_t WaitingDeltas::hash_of(const Key& key) const {
  return hash_(key.id) + static_cast<std::uint64_t>(key.state);
}

std::uint32_t WaitingDeltas::find(const Key& key) const {
  return first_.find(hash_of(key), [&](std::uint32_t position) {
    const PackedObject object = table_.at(position);
    return object.state == key.state && object.id == key.id;
  });
}

void WaitingDeltas::wait(std::uint32_t position, const Key& key) {
  PackedObject object = table_.at(position);
  object.state = key.state;
  object.id = key.id;
  object.base = kNoPosition;
  const std::uint32_t first = find(key);
  if (first == kNoPosition) {
    table_.set(position, object);
    first_.insert(hash_of(key), position, [&](std::uint32_t other) {
      const PackedObject waiting = table_.at(other);
      return hash_of({.state = waiting.state, .id = waiting.id});
    });
    return;
  }
  // It becomes the second, so that the hash table need not change.
  PackedObject head = table_.at(first);
  object.base = head.base;
  head.base = position;
  table_.set(position, object);
  table_.set(first, head);
}

void WaitingDeltas::take(const Key& key, std::uint32_t base, std::vector<std::uint32_t>& out) {
  if (first_.empty()) return;
  const std::uint32_t first = find(key);
  if (first == kNoPosition) return;
  first_.erase(hash_of(key), first, [&](std::uint32_t other) {
    const PackedObject waiting = table_.at(other);
    return hash_of({.state = waiting.state, .id = waiting.id});
  });
  for (std::uint32_t position = first; position != kNoPosition;) {
    PackedObject object = table_.at(position);
    out.push_back(position);
    const std::uint32_t next = object.base;
    object.base = base;
    table_.set(position, object);
    position = next;
  }
}

void WaitingDeltas::wait_for(std::uint32_t position, const ObjectId& base) {
  wait(position, {.state = PackedState::kWaitsForId, .id = base});
}

void WaitingDeltas::wait_for(std::uint32_t position, std::uint32_t base) {
  wait(position, key_of(base));
}

void WaitingDeltas::take(const ObjectId& id, std::uint32_t base, std::vector<std::uint32_t>& out) {
  take(Key{.state = PackedState::kWaitsForId, .id = id}, base, out);
}

void WaitingDeltas::take(std::uint32_t base, std::vector<std::uint32_t>& out) {
  take(key_of(base), base, out);
}

}  // namespace gitsync::git
