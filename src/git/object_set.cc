// SPDX-License-Identifier: Apache-2.0
#include "git/object_set.h"

#include <algorithm>

namespace gitsync::git {

void ObjectSet::settle() {
  std::ranges::sort(ids_);
  const auto twice = std::ranges::unique(ids_);
  ids_.erase(twice.begin(), twice.end());
  count();
}

void ObjectSet::keep_only(const std::function<bool(Number)>& wanted) {
  std::size_t kept = 0;
  for (std::size_t i = 0; i < ids_.size(); ++i) {
    if (wanted(static_cast<Number>(i))) ids_[kept++] = ids_[i];
  }
  ids_.resize(kept);
  ids_.shrink_to_fit();
  count();
}

void ObjectSet::count() {
  first_.fill(0);
  for (const auto& id : ids_) ++first_.at(id.bytes[0] + 1u);
  for (std::size_t byte = 1; byte < first_.size(); ++byte) first_.at(byte) += first_.at(byte - 1);
}

std::optional<ObjectSet::Number> ObjectSet::find(const ObjectId& id) const {
  const auto begin = ids_.begin() + first_.at(id.bytes[0]);
  const auto end = ids_.begin() + first_.at(id.bytes[0] + 1u);
  const auto found = std::lower_bound(begin, end, id);
  if (found == end || *found != id) return std::nullopt;
  return static_cast<Number>(found - ids_.begin());
}

}  // namespace gitsync::git
