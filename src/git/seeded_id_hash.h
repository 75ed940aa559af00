// SPDX-License-Identifier: Apache-2.0
// A hash of ids that differs from process to process: whoever sends a pack chooses its ids, and
// could choose such that all fall into one place of a table.

#pragma once

#include <cstdint>

#include "git/object_id.h"

namespace gitsync::git {

// Thread-safety: const operations may run in several threads at once.
class SeededIdHash {
 public:
  SeededIdHash();
  std::uint64_t operator()(const ObjectId& id) const noexcept;

 private:
  std::uint64_t first_ = 0;
  std::uint64_t second_ = 0;
};

}  // namespace gitsync::git
