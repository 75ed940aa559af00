// SPDX-License-Identifier: Apache-2.0
#include "tree/leases.h"

#include <utility>

namespace gitsync::tree {

Lease Leases::take(std::string tree) {
  {
    const util::MutexLock lock(mutex_);
    held_.insert(tree);
  }
  return {shared_from_this(), std::move(tree)};
}

bool Leases::is_held(std::string_view tree) const {
  const util::MutexLock lock(mutex_);
  return held_.find(tree) != held_.end();
}

void Leases::give_back(const std::string& tree) {
  const util::MutexLock lock(mutex_);
  if (const auto at = held_.find(tree); at != held_.end()) held_.erase(at);
}

Lease& Lease::operator=(Lease&& other) noexcept {
  std::swap(leases_, other.leases_);
  std::swap(tree_, other.tree_);
  return *this;
}

Lease::~Lease() {
  if (leases_) leases_->give_back(tree_);
}

}  // namespace gitsync::tree
