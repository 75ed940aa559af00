// SPDX-License-Identifier: Apache-2.0
#include "config/nearest.h"

#include <algorithm>
#include <ranges>
#include <string>
#include <vector>

#include "config/table.h"
#include "util/text.h"

namespace gitsync::config {
namespace {

// Levenshtein's distance: letters to add, drop or replace.
std::size_t distance(std::string_view from, std::string_view to) {
  std::vector<std::size_t> row(to.size() + 1);
  std::ranges::copy(std::views::iota(std::size_t{0}, row.size()), row.begin());
  for (std::size_t i = 1; i <= from.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= to.size(); ++j) {
      const std::size_t replaced = diagonal + (from[i - 1] == to[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

}  // namespace

std::string_view nearest_flag(std::string_view name) {
  constexpr std::size_t kLongest = 64;
  if (name.size() > kLongest) return {};
  std::string plain = util::to_lower(name);
  std::ranges::replace(plain, '_', '-');
  std::string_view nearest;
  std::size_t least = 1 + std::min<std::size_t>(2, plain.size() / 3);  // what is too far
  for (const Row& row : table()) {
    if (row.use != Use::kPublic && row.use != Use::kSwitch) continue;
    const std::size_t far = distance(plain, row.flag);
    if (far >= least) continue;
    least = far;
    nearest = row.flag;
  }
  return nearest;
}

}  // namespace gitsync::config
