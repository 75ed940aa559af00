// SPDX-License-Identifier: Apache-2.0
// The extension TREE of an index: which tree objects its entries are, so that git compares and
// commits without looking at each. Format: gitformat-index(5), "Cache tree".

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "git/index_entry.h"

namespace gitsync::git {

// Filled in the order of a walk through the trees: enter, its entries and its subtrees, leave.
// Memory: about 100 bytes a tree. Thread-safety: none.
class CacheTree {
 public:
  // The first one is the root, whatever its name.
  void enter(std::string_view name, std::span<const std::byte, kIndexIdBytes> id);
  void count_entry();
  void leave();

  // The content of the extension; empty if nothing was entered, if a tree was not left, or if a
  // subtree is empty, which an index cannot express.
  std::string encode() const;

 private:
  static constexpr std::size_t kNone = static_cast<std::size_t>(-1);
  struct Node {
    std::string name;
    std::array<std::byte, kIndexIdBytes> id{};
    std::uint32_t entries = 0;
    std::size_t parent = kNone;
    std::vector<std::size_t> subtrees;
  };
  std::vector<std::size_t> in_order_of_git(const Node& node) const;

  std::vector<Node> nodes_;
  std::size_t open_ = kNone;  // where the walk is
  bool broken_ = false;
};

}  // namespace gitsync::git
