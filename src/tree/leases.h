// SPDX-License-Identifier: Apache-2.0
// Trees that somebody in this process still reads, as an upload does: they are not deleted, nor
// made into others, until they are given back.

#pragma once

#include <memory>
#include <set>
#include <string>
#include <string_view>

#include "util/mutex.h"

namespace gitsync::tree {

// Given back by the destructor. Move-only. Keeps the Leases alive.
class Lease;

// Thread-safety: all members.
class Leases : public std::enable_shared_from_this<Leases> {
 public:
  // `tree`: absolute and clean, as Published has it. May be taken more than once.
  Lease take(std::string tree);
  bool is_held(std::string_view tree) const;

 private:
  friend class Lease;
  void give_back(const std::string& tree);

  mutable util::Mutex mutex_;
  std::multiset<std::string, std::less<>> held_ GITSYNC_GUARDED_BY(mutex_);
};

class [[nodiscard]] Lease {
 public:
  Lease() = default;  // of nothing
  Lease(Lease&& other) noexcept = default;
  Lease& operator=(Lease&& other) noexcept;
  Lease(const Lease&) = delete;
  Lease& operator=(const Lease&) = delete;
  ~Lease();

  const std::string& tree() const { return tree_; }

 private:
  friend class Leases;
  Lease(std::shared_ptr<Leases> leases, std::string tree)
      : leases_(std::move(leases)), tree_(std::move(tree)) {}

  std::shared_ptr<Leases> leases_;
  std::string tree_;
};

}  // namespace gitsync::tree
