// SPDX-License-Identifier: Apache-2.0
#include "cli/nearest_refs.h"

#include <algorithm>
#include <numeric>

#include "util/text.h"

namespace gitsync::cli {
namespace {

constexpr std::size_t kShown = 5;

// Levenshtein's distance, one row at a time. Case counts half a step less than a letter.
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  // NOLINTNEXTLINE(modernize-use-ranges): GCC 12 has no std::ranges::iota
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

std::string short_name(std::string_view ref) {
  for (const std::string_view prefix : {"refs/heads/", "refs/tags/"}) {
    if (ref.starts_with(prefix)) return std::string(ref.substr(prefix.size()));
  }
  return std::string(ref);
}

}  // namespace

std::vector<std::string> nearest_names(std::string_view wanted, std::vector<std::string> names,
                                       std::size_t count) {
  std::vector<std::pair<std::size_t, std::string>> ranked;
  ranked.reserve(names.size());
  for (auto& name : names) {
    const std::size_t steps = distance(wanted, name);
    ranked.emplace_back(steps, std::move(name));
  }
  std::ranges::sort(ranked);
  if (ranked.size() > count) ranked.resize(count);
  std::vector<std::string> result;
  result.reserve(ranked.size());
  for (auto& [steps, name] : ranked) result.push_back(std::move(name));
  return result;
}

util::Result<std::vector<std::string>> nearest_refs(const Git& git, const std::string& directory,
                                                    const std::string& url, const std::string& ref,
                                                    const util::Limit& limit) {
  GS_TRY(const auto listing,
         git.run({"ls-remote", "--heads", "--tags", "--refs", "--end-of-options", url}, directory,
                 limit.within(std::chrono::seconds(5)), {.output_limit = std::size_t{1} << 20}));
  std::vector<std::string> names;
  for (const auto& line : util::split(listing, '\n')) {
    const auto tab = line.find('\t');
    if (tab != std::string::npos)
      names.push_back(short_name(std::string_view(line).substr(tab + 1)));
  }
  std::ranges::sort(names);
  const auto twice = std::ranges::unique(names);  // a branch and a tag
  names.erase(twice.begin(), twice.end());
  return nearest_names(short_name(ref), std::move(names), kShown);
}

}  // namespace gitsync::cli
