// SPDX-License-Identifier: Apache-2.0
// The ids of all objects of a store as sorted numbers, small enough to know each of a million: 20
// bytes an object, and whoever wants to remember something of them does so in an array of its own.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "git/object_id.h"

namespace gitsync::git {

// Filled by add(), then settled, then asked. Thread-safety: const operations may run in several
// threads at once.
class ObjectSet {
 public:
  using Number = std::uint32_t;

  // Room for so many more, so that adding them takes no more memory than they need.
  void reserve(std::size_t more) { ids_.reserve(ids_.size() + more); }
  void add(const ObjectId& id) { ids_.push_back(id); }
  // Sorts them and drops what was added twice: the smallest id becomes number 0.
  void settle();
  // Drops all others; what is left is numbered anew, in the same order.
  void keep_only(const std::function<bool(Number)>& wanted);

  std::size_t size() const { return ids_.size(); }
  const ObjectId& operator[](Number number) const { return ids_[number]; }
  // Nothing if it is not among them.
  std::optional<Number> find(const ObjectId& id) const;

 private:
  void count();

  std::vector<ObjectId> ids_;
  std::array<Number, 257> first_{};  // with this byte or a higher one at the beginning
};

}  // namespace gitsync::git
