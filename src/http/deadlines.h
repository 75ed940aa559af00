// SPDX-License-Identifier: Apache-2.0
// Many deadlines, each of something with a key, of which only the next one matters.

#pragma once

#include <map>
#include <optional>
#include <set>
#include <utility>

#include "util/event.h"

namespace gitsync::http {

// All but next() cost the logarithm of how many there are. Thread-safety: none.
template <typename Key>
class Deadlines {
 public:
  // Deadline::max(): none.
  void set(const Key& key, util::Deadline when) {
    clear(key);
    if (when == util::Deadline::max()) return;
    by_key_.emplace(key, when);
    ordered_.emplace(when, key);
  }
  void clear(const Key& key) {
    const auto found = by_key_.find(key);
    if (found == by_key_.end()) return;
    ordered_.erase({found->second, key});
    by_key_.erase(found);
  }
  bool has(const Key& key) const { return by_key_.contains(key); }
  // Deadline::max() without any.
  util::Deadline next() const {
    return ordered_.empty() ? util::Deadline::max() : ordered_.begin()->first;
  }
  // One whose time has come; it is forgotten.
  std::optional<Key> take_due(util::Deadline now) {
    if (ordered_.empty() || ordered_.begin()->first > now) return std::nullopt;
    const Key key = ordered_.begin()->second;
    clear(key);
    return key;
  }

 private:
  std::map<Key, util::Deadline> by_key_;
  std::set<std::pair<util::Deadline, Key>> ordered_;
};

}  // namespace gitsync::http
