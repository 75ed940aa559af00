// SPDX-License-Identifier: Apache-2.0
#include "git/pack_table.h"

#include <algorithm>

namespace gitsync::git {

using util::MutexLock;

namespace {

std::uint32_t find_id(const PositionTable& ids, const PackedObjects& objects,
                      const SeededIdHash& hash, const ObjectId& id) {
  return ids.find(hash(id), [&](std::uint32_t other) { return objects[other].id == id; });
}

// The first of several with the same id is the one to be found.
void enlist(PositionTable& ids, const PackedObjects& objects, const SeededIdHash& hash,
            std::uint32_t position) {
  const PackedObject& object = objects[position];
  if (object.state != PackedState::kWhole) return;
  if (find_id(ids, objects, hash, object.id) != kNoPosition) return;
  ids.insert(hash(object.id), position,
             [&](std::uint32_t other) { return hash(objects[other].id); });
}

std::vector<std::uint32_t> sorted(const PackedObjects& objects) {
  std::vector<std::uint32_t> order(objects.size());
  std::ranges::generate(order, [n = 0U]() mutable { return n++; });
  std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
    const auto compared = objects[a].id <=> objects[b].id;
    return compared != 0 ? compared < 0 : a < b;
  });
  return order;
}

}  // namespace

std::uint32_t PackTable::add(const PackedObject& object, std::uint64_t end) {
  const MutexLock lock(mutex_);
  const std::uint32_t position = objects_.size();
  objects_.push_back(object);
  end_ = end;
  enlist(ids_, objects_, hash_, position);
  return position;
}

void PackTable::set(std::uint32_t position, const PackedObject& object) {
  const MutexLock lock(mutex_);
  objects_[position] = object;
  enlist(ids_, objects_, hash_, position);
}

std::uint32_t PackTable::size() const {
  const MutexLock lock(mutex_);
  return objects_.size();
}

PackedObject PackTable::at(std::uint32_t position) const {
  const MutexLock lock(mutex_);
  return objects_[position];
}

std::uint64_t PackTable::end_of(std::uint32_t position) const {
  const MutexLock lock(mutex_);
  return position + 1 < objects_.size() ? objects_[position + 1].offset : end_;
}

std::optional<std::uint32_t> PackTable::find(const ObjectId& id) const {
  const MutexLock lock(mutex_);
  const std::uint32_t position = find_id(ids_, objects_, hash_, id);
  if (position == kNoPosition) return std::nullopt;
  return position;
}

std::optional<std::uint32_t> PackTable::find(std::uint64_t offset) const {
  const MutexLock lock(mutex_);
  std::uint32_t low = 0;
  for (std::uint32_t high = objects_.size(); low < high;) {
    const std::uint32_t middle = low + (high - low) / 2;
    if (objects_[middle].offset < offset) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == objects_.size() || objects_[low].offset != offset) return std::nullopt;
  return low;
}

std::vector<std::uint32_t> PackTable::by_id() const {
  const MutexLock lock(mutex_);
  return sorted(objects_);
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
