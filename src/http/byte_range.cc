// SPDX-License-Identifier: Apache-2.0
#include "http/byte_range.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "util/text.h"

namespace gitsync::http {
namespace {

std::optional<std::uint64_t> number(std::string_view digits) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(digits.begin(), digits.end(), value);
  if (error != std::errc() || end != digits.end()) return std::nullopt;
  return value;
}

// "-500": the last 500 bytes.
ByteRange suffix(std::uint64_t length, std::uint64_t total) {
  if (length == 0 || total == 0) return {.kind = ByteRange::Kind::kUnsatisfiable};
  const std::uint64_t size = std::min(length, total);
  return {.kind = ByteRange::Kind::kPart, .first = total - size, .size = size};
}

}  // namespace

ByteRange select_range(std::string_view range, std::uint64_t total) {
  constexpr std::string_view kUnit = "bytes=";
  if (util::to_lower(range.substr(0, kUnit.size())) != kUnit) return {};
  const std::string_view wanted = util::trim(range.substr(kUnit.size()));
  const auto dash = wanted.find('-');
  if (dash == std::string_view::npos) return {};
  const bool is_open = dash + 1 == wanted.size();
  const auto last = is_open ? UINT64_MAX : number(wanted.substr(dash + 1));
  if (!last) return {};
  if (dash == 0) return is_open ? ByteRange{} : suffix(*last, total);
  const auto first = number(wanted.substr(0, dash));
  if (!first || *last < *first) return {};
  if (*first >= total) return {.kind = ByteRange::Kind::kUnsatisfiable};
  return {.kind = ByteRange::Kind::kPart,
          .first = *first,
          .size = std::min(*last, total - 1) - *first + 1};
}

}  // namespace gitsync::http
