// SPDX-License-Identifier: Apache-2.0
#include "git/pack_table.h"

#include <algorithm>
#include <numeric>

namespace gitsync::git {

using util::MutexLock;

std::uint32_t PackTable::add(const PackedObject& object, std::uint64_t end) {
  const MutexLock lock(mutex_);
  const std::uint32_t position = size_++;
  if (position % kChunk == 0) chunks_.emplace_back().reserve(kChunk);
  chunks_.back().push_back(object);
  end_ = end;
  enlist(position);
  return position;
}

void PackTable::set(std::uint32_t position, const PackedObject& object) {
  const MutexLock lock(mutex_);
  chunks_[position / kChunk][position % kChunk] = object;
  enlist(position);
}

void PackTable::enlist(std::uint32_t position) {
  const auto& chunks = chunks_;
  const PackedObject& object = get(chunks, position);
  if (object.state != PackedState::kWhole) return;
  const std::uint64_t hash = hash_(object.id);
  const auto is = [&](std::uint32_t other) { return get(chunks, other).id == object.id; };
  if (ids_.find(hash, is) != kNoPosition) return;
  ids_.insert(hash, position, [&](std::uint32_t other) { return hash_(get(chunks, other).id); });
}

std::uint32_t PackTable::size() const {
  const MutexLock lock(mutex_);
  return size_;
}

PackedObject PackTable::at(std::uint32_t position) const {
  const MutexLock lock(mutex_);
  return get(chunks_, position);
}

std::uint64_t PackTable::end_of(std::uint32_t position) const {
  const MutexLock lock(mutex_);
  return position + 1 < size_ ? get(chunks_, position + 1).offset : end_;
}

std::optional<std::uint32_t> PackTable::find(const ObjectId& id) const {
  const MutexLock lock(mutex_);
  const auto& chunks = chunks_;
  const auto is = [&](std::uint32_t other) { return get(chunks, other).id == id; };
  const std::uint32_t position = ids_.find(hash_(id), is);
  if (position == kNoPosition) return std::nullopt;
  return position;
}

std::optional<std::uint32_t> PackTable::find(std::uint64_t offset) const {
  const MutexLock lock(mutex_);
  std::uint32_t low = 0;
  for (std::uint32_t high = size_; low < high;) {
    const std::uint32_t middle = low + (high - low) / 2;
    if (get(chunks_, middle).offset < offset) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == size_ || get(chunks_, low).offset != offset) return std::nullopt;
  return low;
}

std::vector<std::uint32_t> PackTable::by_id() const {
  const MutexLock lock(mutex_);
  std::vector<std::uint32_t> order(size_);
  std::iota(order.begin(), order.end(), 0u);
  const auto& chunks = chunks_;
  std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
    const auto compared = get(chunks, a).id <=> get(chunks, b).id;
    return compared != 0 ? compared < 0 : a < b;
  });
  return order;
}

std::uint32_t PackTable::borrow(const ObjectId& id) {
  const MutexLock lock(mutex_);
  borrowed_.push_back(id);
  return kFirstBorrowed + static_cast<std::uint32_t>(borrowed_.size() - 1);
}

std::vector<ObjectId> PackTable::borrowed() const {
  const MutexLock lock(mutex_);
  return borrowed_;
}

ObjectId PackTable::borrowed(std::uint32_t number) const {
  const MutexLock lock(mutex_);
  return borrowed_.at(number - kFirstBorrowed);
}

}  // namespace gitsync::git
