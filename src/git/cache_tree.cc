// SPDX-License-Identifier: Apache-2.0
#include "git/cache_tree.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace gitsync::git {

void CacheTree::enter(std::string_view name, std::span<const std::byte, kIndexIdBytes> id) {
  const std::size_t number = nodes_.size();
  if (open_ == kNone && number > 0) broken_ = true;  // two roots
  if (broken_) return;
  Node node{.name = number == 0 ? std::string() : std::string(name), .parent = open_};
  std::ranges::copy(id, node.id.begin());
  nodes_.push_back(std::move(node));
  if (open_ != kNone) nodes_[open_].subtrees.push_back(number);
  open_ = number;
}

void CacheTree::count_entry() {
  if (open_ != kNone) ++nodes_[open_].entries;
}

void CacheTree::leave() {
  if (broken_ || open_ == kNone) return;
  const Node& node = nodes_[open_];
  if (node.parent != kNone) {
    if (node.entries == 0) broken_ = true;
    nodes_[node.parent].entries += node.entries;
  }
  open_ = node.parent;
}

// As git writes them (tried: "b" stands before "aa"), and so perhaps as it looks for them.
std::vector<std::size_t> CacheTree::in_order_of_git(const Node& node) const {
  auto sorted = node.subtrees;
  std::ranges::sort(sorted, {}, [&](std::size_t number) {
    const std::string_view name = nodes_[number].name;
    return std::tuple(name.size(), name);
  });
  return sorted;
}

std::string CacheTree::encode() const {
  if (broken_ || open_ != kNone || nodes_.empty()) return "";
  std::string text;
  std::vector<std::size_t> to_do{0};
  while (!to_do.empty()) {
    const Node& node = nodes_[to_do.back()];
    to_do.pop_back();
    text += node.name;
    text += '\0';
    text += std::to_string(node.entries) + ' ' + std::to_string(node.subtrees.size()) + '\n';
    text.append(reinterpret_cast<const char*>(node.id.data()), node.id.size());
    const auto subtrees = in_order_of_git(node);
    to_do.insert(to_do.end(), subtrees.rbegin(), subtrees.rend());
  }
  return text;
}

}  // namespace gitsync::git
