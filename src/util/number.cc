// SPDX-License-Identifier: Apache-2.0
#include "util/number.h"

#include <charconv>
#include <cmath>
#include <limits>
#include <string>
#include <system_error>

namespace gitsync::util {
namespace {

constexpr std::string_view kSyntax = "invalid syntax";
constexpr std::string_view kRange = "value out of range";

Error invalid(std::string_view message, std::string_view hint) {
  return {.kind = ErrorKind::kInvalid, .message = std::string(message), .hint = std::string(hint)};
}

// Removes a sign; returns whether it was a minus.
bool take_sign(std::string_view& text) {
  if (text.empty() || (text[0] != '+' && text[0] != '-')) return false;
  const bool negative = text[0] == '-';
  text.remove_prefix(1);
  return negative;
}

// Removes a base prefix. The zero of an octal `017` stays, because it is also a digit.
int take_base(std::string_view& text) {
  if (text.size() < 2 || text[0] != '0') return 10;
  int base = 8;
  switch (text[1]) {
    case 'x':
    case 'X':
      base = 16;
      break;
    case 'b':
    case 'B':
      base = 2;
      break;
    case 'o':
    case 'O':
      break;
    default:
      return base;
  }
  text.remove_prefix(2);
  return base;
}

// Removes the underscores if each stands between digits (or after a prefix, `after_prefix`).
// Whether the neighbours really are digits of the base is seen by the conversion.
bool take_underscores(std::string_view text, bool after_prefix, std::string& digits) {
  bool may_follow = after_prefix;
  for (const char c : text) {
    if (c == '_') {
      if (!may_follow) return false;
      may_follow = false;
      continue;
    }
    digits += c;
    may_follow = true;
  }
  return !digits.empty() && text.back() != '_';
}

}  // namespace

Result<std::int64_t> parse_int(std::string_view text) {
  constexpr std::string_view kHint = "a whole number is expected, such as 10 or 0x1f";
  std::string_view rest = text;
  const bool negative = take_sign(rest);
  const std::size_t with_prefix = rest.size();
  const int base = take_base(rest);
  std::string digits;
  if (!take_underscores(rest, rest.size() != with_prefix, digits)) {
    return fail(invalid(kSyntax, kHint));
  }
  std::uint64_t magnitude = 0;
  const auto [end, code] =
      std::from_chars(digits.data(), digits.data() + digits.size(), magnitude, base);
  if (code == std::errc::invalid_argument || end != digits.data() + digits.size()) {
    return fail(invalid(kSyntax, kHint));
  }
  const auto largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (code == std::errc::result_out_of_range || magnitude > largest + (negative ? 1 : 0)) {
    return fail(invalid(kRange, "at most 64 bits"));
  }
  // Negated as unsigned, so that the smallest number needs no case of its own.
  return static_cast<std::int64_t>(negative ? 0 - magnitude : magnitude);
}

Result<double> parse_float(std::string_view text) {
  constexpr std::string_view kHint = "a decimal number is expected, such as 1.5";
  std::string_view rest = text;
  const bool negative = take_sign(rest);
  // from_chars would take a second sign, and the words inf and nan.
  if (rest.empty() || !(rest[0] == '.' || (rest[0] >= '0' && rest[0] <= '9'))) {
    return fail(invalid(kSyntax, kHint));
  }
  double value = 0;
  const auto [end, code] = std::from_chars(rest.data(), rest.data() + rest.size(), value);
  if (code == std::errc::invalid_argument || end != rest.data() + rest.size()) {
    return fail(invalid(kSyntax, kHint));
  }
  if (code == std::errc::result_out_of_range || !std::isfinite(value)) {
    return fail(invalid(kRange, kHint));
  }
  return negative ? -value : value;
}

Result<bool> parse_bool(std::string_view text) {
  for (const std::string_view word : {"1", "t", "T", "TRUE", "true", "True"}) {
    if (text == word) return true;
  }
  for (const std::string_view word : {"0", "f", "F", "FALSE", "false", "False"}) {
    if (text == word) return false;
  }
  return fail(invalid(kSyntax, "true or false is expected"));
}

}  // namespace gitsync::util
