// SPDX-License-Identifier: Apache-2.0
#include "util/byte_size.h"

#include <charconv>
#include <limits>

namespace gitsync::util {
namespace {

// How much the unit is worth; 0: there is no such unit.
std::uint64_t worth_of(std::string_view unit) {
  if (unit.ends_with('B')) unit.remove_suffix(1);
  if (unit.empty()) return 1;
  const bool binary = unit.ends_with('i');
  if (binary) unit.remove_suffix(1);
  const auto power =
      unit.size() == 1 ? std::string_view("KMGT").find(unit) : std::string_view::npos;
  if (power == std::string_view::npos) return 0;
  std::uint64_t worth = 1;
  for (std::size_t n = 0; n <= power; ++n) worth *= binary ? 1024 : 1000;
  return worth;
}

}  // namespace

std::optional<std::uint64_t> parse_byte_size(std::string_view text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  const std::uint64_t worth =
      worth_of({end, static_cast<std::size_t>(text.data() + text.size() - end)});
  constexpr auto kMost = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (worth == 0 || number > kMost / worth) return std::nullopt;
  return number * worth;
}

}  // namespace gitsync::util
