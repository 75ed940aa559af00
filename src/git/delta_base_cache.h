// SPDX-License-Identifier: Apache-2.0
// Objects that were bases of deltas, since they are likely to be so again: without them each object
// at the end of a chain of 50 deltas would inflate 50 others.

#pragma once

#include <cstddef>
#include <cstdint>
#include <list>
#include <memory>
#include <unordered_map>

#include "git/object.h"

namespace gitsync::git {

struct BaseKey {
  std::uint64_t pack = 0;    // PackFile::number()
  std::uint64_t offset = 0;  // where it begins
  bool operator==(const BaseKey&) const = default;
};

using SharedBase = std::shared_ptr<const Object>;

// Drops what was not used for longest. Thread-safety: none.
class DeltaBaseCache {
 public:
  // `budget`: bytes of all objects in it; one larger than a quarter of that is not kept.
  explicit DeltaBaseCache(std::size_t budget) : budget_(budget) {}

  // Null if it is not there.
  SharedBase find(const BaseKey& key);
  void keep(const BaseKey& key, SharedBase base);
  std::size_t size() const { return size_; }  // bytes

 private:
  struct Hash {
    std::size_t operator()(const BaseKey& key) const noexcept {
      return static_cast<std::size_t>(key.offset * 31 + key.pack);
    }
  };
  struct Kept {
    BaseKey key;
    SharedBase base;
  };

  std::size_t budget_;
  std::size_t size_ = 0;
  std::list<Kept> order_;  // the one used last is the first
  std::unordered_map<BaseKey, std::list<Kept>::iterator, Hash> places_;
};

}  // namespace gitsync::git
