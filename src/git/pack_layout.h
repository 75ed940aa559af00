// SPDX-License-Identifier: Apache-2.0
// The entries of a pack in the order in which they stand: which object each one is, and where it
// ends.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <vector>

#include "git/object_set.h"
#include "git/pack_file.h"
#include "util/error.h"

namespace gitsync::git {

// Memory: 12 bytes an entry. Thread-safety: const operations may run in several threads at once.
class PackLayout {
 public:
  using Number = ObjectSet::Number;

  // `visit`, if any, is told what the index has of each entry that is among `objects`.
  // Errors: those of PackIndex; kCorrupt if two entries begin at one place.
  using Visitor = std::function<void(Number, const PackIndexEntry&)>;
  static util::Result<PackLayout> read(const PackFile& pack, const ObjectSet& objects,
                                       const Visitor& visit = {});

  std::size_t size() const { return entries_.size(); }
  std::uint64_t offset(std::size_t i) const {
    return std::uint64_t{entries_[i][0]} << 32 | entries_[i][1];
  }
  std::uint64_t end(std::size_t i) const { return i + 1 < entries_.size() ? offset(i + 1) : end_; }
  // Nothing if the object is not among those that were asked for, or if the pack has it twice and
  // this is not the first place that its index tells.
  std::optional<Number> object(std::size_t i) const {
    return entries_[i][2] == kNone ? std::nullopt : std::optional(entries_[i][2]);
  }
  // The entry that begins at `offset`.
  std::optional<std::size_t> find(std::uint64_t offset) const;

 private:
  static constexpr Number kNone = 0xFFFFFFFF;

  // Two halves of the offset, the higher one first, and the number: sorted as numbers are.
  std::vector<std::array<std::uint32_t, 3>> entries_;
  std::uint64_t end_ = 0;
};

}  // namespace gitsync::git
