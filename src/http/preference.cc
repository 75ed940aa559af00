// SPDX-License-Identifier: Apache-2.0
#include "http/preference.h"

#include <algorithm>
#include <charconv>
#include <cstdint>

#include "util/text.h"

namespace gitsync::http {
namespace {

// Takes the text up to the next `separator` that stands in no quoted string.
std::string_view take_until(std::string_view& text, char separator) {
  bool quoted = false;
  std::size_t end = 0;
  for (; end < text.size() && (quoted || text[end] != separator); ++end) {
    if (text[end] == '"') quoted = !quoted;
    if (quoted && text[end] == '\\' && end + 1 < text.size()) ++end;
  }
  const std::string_view taken = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return taken;
}

std::chrono::seconds seconds_in(std::string_view value) {
  constexpr std::uint32_t kMost = 86400;
  if (value.size() >= 2 && value.starts_with('"') && value.ends_with('"')) {
    value = value.substr(1, value.size() - 2);
  }
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(value.begin(), value.end(), number);
  if (end != value.end() || error == std::errc::invalid_argument) return {};
  if (error == std::errc::result_out_of_range) return std::chrono::seconds(kMost);
  return std::chrono::seconds(std::min(number, kMost));
}

}  // namespace

std::chrono::seconds preferred_wait(std::string_view prefer) {
  while (!prefer.empty()) {
    std::string_view preference = take_until(prefer, ',');
    std::string_view value = take_until(preference, ';');  // the rest are parameters
    const std::string_view name = util::trim(take_until(value, '='));
    if (util::to_lower(name) == "wait") return seconds_in(util::trim(value));
  }
  return {};
}

}  // namespace gitsync::http
