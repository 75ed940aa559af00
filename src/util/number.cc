// SPDX-License-Identifier: Apache-2.0
#include "util/number.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>
#include <limits>
#include <string>
#include <system_error>

#include "util/text.h"

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

constexpr std::string_view kDecimal = "0123456789";
constexpr std::string_view kHexadecimal = "0123456789abcdef";

// Removes underscores that stand between two digits, or between 0x and a digit.
bool take_float_underscores(std::string_view text, bool hex, std::string& out) {
  const std::string_view digits = hex ? kHexadecimal : kDecimal;
  const auto is_digit = [&](std::size_t i) {
    return i < text.size() && digits.find(text[i]) != std::string_view::npos;
  };
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '_') {
      out += text[i];
      continue;
    }
    const bool after_prefix = hex && i == 2;
    if (i == 0 || !(after_prefix || is_digit(i - 1)) || !is_digit(i + 1)) return false;
  }
  return true;
}

std::size_t take_digits(std::string_view& text, std::string_view digits) {
  const std::size_t count = std::min(text.find_first_not_of(digits), text.size());
  text.remove_prefix(count);
  return count;
}

// Digits with a point and an exponent, which is a must in hexadecimal; in lower case, without sign.
bool is_float(std::string_view text, bool hex) {
  const std::string_view digits = hex ? kHexadecimal : kDecimal;
  std::size_t count = take_digits(text, digits);
  if (text.starts_with('.')) {
    text.remove_prefix(1);
    count += take_digits(text, digits);
  }
  if (count == 0) return false;
  if (!text.starts_with(hex ? 'p' : 'e')) return text.empty() && !hex;
  text.remove_prefix(1);
  take_sign(text);
  return take_digits(text, kDecimal) > 0 && text.empty();
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

std::optional<std::int64_t> read_decimal(std::string_view text) {
  std::int64_t number = 0;
  const auto [end, code] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (code != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

Result<double> parse_float(std::string_view text) {
  constexpr std::string_view kHint = "a decimal number is expected, such as 1.5";
  std::string_view rest = text;
  const bool negative = take_sign(rest);
  const std::string word = to_lower(rest);
  if (word == "nan" && rest.size() == text.size()) return std::numeric_limits<double>::quiet_NaN();
  double value = std::numeric_limits<double>::infinity();
  if (word != "inf" && word != "infinity") {
    const bool hex = word.starts_with("0x");
    std::string digits;
    if (!take_float_underscores(word, hex, digits) ||
        !is_float(std::string_view(digits).substr(hex ? 2 : 0), hex)) {
      return fail(invalid(kSyntax, kHint));
    }
    // Of what is too small nothing is left, which is no error.
    value = std::strtod(digits.c_str(), nullptr);
    if (std::isinf(value)) return fail(invalid(kRange, kHint));
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
