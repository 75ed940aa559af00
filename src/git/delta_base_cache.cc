// SPDX-License-Identifier: Apache-2.0
#include "git/delta_base_cache.h"

#include <utility>

namespace gitsync::git {
namespace {

// What an entry costs besides its bytes, so that very small objects are bounded too.
constexpr std::size_t kOverhead = 200;

std::size_t cost_of(const Object& base) { return base.bytes.capacity() + kOverhead; }

}  // namespace

SharedBase DeltaBaseCache::find(const BaseKey& key) {
  const auto found = places_.find(key);
  if (found == places_.end()) return nullptr;
  order_.splice(order_.begin(), order_, found->second);
  return found->second->base;
}

void DeltaBaseCache::keep(const BaseKey& key, SharedBase base) {
  const std::size_t cost = cost_of(*base);
  if (cost > budget_ / 4 || places_.contains(key)) return;
  while (size_ + cost > budget_) {
    const Kept& last = order_.back();
    size_ -= cost_of(*last.base);
    places_.erase(last.key);
    order_.pop_back();
  }
  order_.push_front({.key = key, .base = std::move(base)});
  places_.emplace(key, order_.begin());
  size_ += cost;
}

}  // namespace gitsync::git
