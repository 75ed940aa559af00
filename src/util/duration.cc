// SPDX-License-Identifier: Apache-2.0
#include "util/duration.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>

#include "util/quote.h"

namespace gitsync::util {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t nanoseconds;
};

// Both code points that look like µ.
constexpr std::array<Unit, 8> kUnits{{{"ns", 1},
                                      {"us", 1'000},
                                      {"\u00b5s", 1'000},
                                      {"\u03bcs", 1'000},
                                      {"ms", 1'000'000},
                                      {"s", 1'000'000'000},
                                      {"m", 60'000'000'000},
                                      {"h", 3'600'000'000'000}}};

constexpr std::uint64_t kLargest = std::uint64_t{1} << 63U;  // as a magnitude, for minus

std::unexpected<Error> invalid(std::string message) {
  return fail(ErrorKind::kInvalid, std::move(message), "a duration is expected, such as 10s");
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// One decimal: digits before the point, and those after it as a fraction of `scale`.
struct Decimal {
  std::uint64_t whole = 0;
  std::uint64_t fraction = 0;
  double scale = 1;
  std::size_t digits = 0;
};

// Takes a decimal off the front of `text`; nothing if the whole part is too large. Digits of the
// fraction that no longer fit are below a nanosecond of any unit and are dropped.
Result<Decimal> take_decimal(std::string_view& text) {
  Decimal decimal;
  for (; !text.empty() && is_digit(text[0]); text.remove_prefix(1)) {
    if (decimal.whole > kLargest / 10) return invalid("value out of range");
    decimal.whole = decimal.whole * 10 + static_cast<std::uint64_t>(text[0] - '0');
    if (decimal.whole > kLargest) return invalid("value out of range");
    ++decimal.digits;
  }
  if (text.empty() || text[0] != '.') return decimal;
  text.remove_prefix(1);
  bool full = false;
  for (; !text.empty() && is_digit(text[0]); text.remove_prefix(1)) {
    ++decimal.digits;
    full = full || decimal.fraction > (kLargest - 1) / 10;
    if (full) continue;
    decimal.fraction = decimal.fraction * 10 + static_cast<std::uint64_t>(text[0] - '0');
    decimal.scale *= 10;
  }
  return decimal;
}

Result<std::uint64_t> take_unit(std::string_view& text) {
  const std::size_t length = std::min(text.find_first_of(".0123456789"), text.size());
  if (length == 0) return invalid("missing unit in duration");
  const std::string_view name = text.substr(0, length);
  text.remove_prefix(length);
  for (const Unit& unit : kUnits) {
    if (unit.name == name) return unit.nanoseconds;
  }
  return invalid("unknown unit " + quoted(name) + " in duration");
}

void append_fraction(std::string& out, std::uint64_t value, std::uint64_t unit) {
  out += std::to_string(value / unit);
  std::uint64_t rest = value % unit;
  if (rest == 0) return;
  out += '.';
  for (std::uint64_t digit = unit / 10; rest != 0; digit /= 10) {
    out += static_cast<char>('0' + rest / digit);
    rest %= digit;
  }
}

}  // namespace

Result<std::chrono::nanoseconds> parse_duration(std::string_view text) {
  bool negative = false;
  if (!text.empty() && (text[0] == '+' || text[0] == '-')) {
    negative = text[0] == '-';
    text.remove_prefix(1);
  }
  if (text == "0") return std::chrono::nanoseconds(0);
  if (text.empty()) return invalid("invalid duration");

  std::uint64_t total = 0;
  while (!text.empty()) {
    if (text[0] != '.' && !is_digit(text[0])) return invalid("invalid duration");
    GS_TRY(const Decimal decimal, take_decimal(text));
    if (decimal.digits == 0) return invalid("invalid duration");
    GS_TRY(const std::uint64_t unit, take_unit(text));
    if (decimal.whole > kLargest / unit) return invalid("value out of range");
    // Less than one unit, so it fits; a double is exact enough below a nanosecond.
    const double share =
        static_cast<double>(decimal.fraction) * (static_cast<double>(unit) / decimal.scale);
    total += decimal.whole * unit;
    if (total > kLargest) return invalid("value out of range");
    total += static_cast<std::uint64_t>(share);
    if (total > kLargest) return invalid("value out of range");
  }
  if (!negative && total == kLargest) return invalid("value out of range");
  return std::chrono::nanoseconds(static_cast<std::int64_t>(negative ? 0 - total : total));
}

std::string format_duration(std::chrono::nanoseconds value) {
  const std::int64_t count = value.count();
  if (count == 0) return "0s";
  const bool negative = count < 0;
  const std::uint64_t rest =
      negative ? 0 - static_cast<std::uint64_t>(count) : static_cast<std::uint64_t>(count);
  std::string out = negative ? "-" : "";
  if (rest < 1'000) {
    out += std::to_string(rest) + "ns";
  } else if (rest < 1'000'000) {
    append_fraction(out, rest, 1'000);
    out += "\u00b5s";
  } else if (rest < 1'000'000'000) {
    append_fraction(out, rest, 1'000'000);
    out += "ms";
  } else {
    constexpr std::uint64_t kMinute = 60'000'000'000;
    const std::uint64_t minutes = rest / kMinute;
    if (minutes >= 60) out += std::to_string(minutes / 60) + "h";
    if (minutes > 0) out += std::to_string(minutes % 60) + "m";
    append_fraction(out, rest % kMinute, 1'000'000'000);
    out += "s";
  }
  return out;
}

}  // namespace gitsync::util
