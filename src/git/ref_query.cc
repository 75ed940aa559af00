// SPDX-License-Identifier: Apache-2.0
#include "git/ref_query.h"

#include <algorithm>
#include <array>

#include "git/ref_name.h"
#include "util/text.h"

namespace gitsync::git {
namespace {

// Longer ones are no files and cannot be refs; each candidate must fit one pkt-line.
constexpr std::size_t kLongestName = 4096;

struct Expansion {
  std::string_view before;
  std::string_view after;
};
constexpr std::array kExpansions{
    Expansion{"", ""},
    Expansion{"refs/", ""},
    Expansion{"refs/tags/", ""},
    Expansion{"refs/heads/", ""},
    Expansion{"refs/remotes/", ""},
    Expansion{"refs/remotes/", "/HEAD"},
};

// git takes it for an object and does not look for a ref.
bool is_object_id(std::string_view name) {
  return (name.size() == 40 || name.size() == 64) && util::is_hex(name);
}

}  // namespace

std::optional<RefQuery> RefQuery::of(std::string_view name) {
  // A leading + or - is legal in a ref, but is not read as a part of its name.
  if (name.empty() || name.size() > kLongestName || name.starts_with('-') ||
      name.starts_with('+') || is_object_id(name) || !is_ref_name(name)) {
    return std::nullopt;
  }
  RefQuery query;
  query.name_ = name;
  for (const auto& [before, after] : kExpansions) {
    query.candidates_.push_back(std::string(before) + query.name_ + std::string(after));
  }
  return query;
}

std::optional<std::size_t> RefQuery::rank(std::string_view full_name) const {
  const auto found = std::ranges::find(candidates_, full_name);
  if (found == candidates_.end()) return std::nullopt;
  return static_cast<std::size_t>(found - candidates_.begin());
}

}  // namespace gitsync::git
