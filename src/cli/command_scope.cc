// SPDX-License-Identifier: Apache-2.0
#include "cli/command_scope.h"

#include <charconv>

namespace gitsync::cli {
namespace {

constexpr const char* kCount = "GIT_CONFIG_COUNT";
constexpr const char* kKey = "GIT_CONFIG_KEY_";
constexpr const char* kValue = "GIT_CONFIG_VALUE_";

}  // namespace

std::optional<ConfigPairs> command_scope(const util::Environment& environment) {
  const std::string text = environment.get_or(kCount, "");
  ConfigPairs pairs;
  if (text.empty()) return pairs;
  std::size_t count = 0;
  const char* const end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, count);
  if (parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
  // An absurd count ends at the first variable that is missing.
  for (std::size_t i = 0; i < count; ++i) {
    auto key = environment.get(kKey + std::to_string(i));
    auto value = environment.get(kValue + std::to_string(i));
    if (!key || !value) return std::nullopt;
    pairs.emplace_back(std::move(*key), std::move(*value));
  }
  return pairs;
}

void add_to_command_scope(util::Environment& environment, const ConfigPairs& pairs) {
  const auto theirs = command_scope(environment);
  if (!theirs || pairs.empty()) return;
  std::size_t count = 0;
  for (const auto* list : {&pairs, &*theirs}) {
    for (const auto& [key, value] : *list) {
      environment.set(kKey + std::to_string(count), key);
      environment.set(kValue + std::to_string(count), value);
      ++count;
    }
  }
  environment.set(kCount, std::to_string(count));
}

}  // namespace gitsync::cli
