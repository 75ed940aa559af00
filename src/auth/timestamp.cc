// SPDX-License-Identifier: Apache-2.0
#include "auth/timestamp.h"

#include <charconv>

namespace gitsync::auth {
namespace {

// Reads a text from left to right; after the first mismatch `ok` is false.
struct Scanner {
  std::string_view rest;
  bool ok = true;

  int digits(std::size_t count) {
    int value = 0;
    const auto part = rest.substr(0, count);
    ok = ok && part.size() == count &&
         part.find_first_not_of("0123456789") == std::string_view::npos;
    if (!ok) return 0;
    std::from_chars(part.data(), part.data() + part.size(), value);
    rest.remove_prefix(count);
    return value;
  }
  // Any one of `characters`; returns which.
  char one_of(std::string_view characters) {
    ok = ok && !rest.empty() && characters.find(rest.front()) != std::string_view::npos;
    if (!ok) return '\0';
    const char found = rest.front();
    rest.remove_prefix(1);
    return found;
  }
  void skip_fraction() {
    if (!rest.starts_with('.')) return;
    const auto end = rest.find_first_not_of("0123456789", 1);
    ok = ok && end != 1 && end != std::string_view::npos;
    if (ok) rest.remove_prefix(end);
  }
};

std::chrono::minutes scan_offset(Scanner& scan) {
  const char sign = scan.one_of("Zz+-");
  if (sign != '+' && sign != '-') return std::chrono::minutes(0);
  const int hours = scan.digits(2);
  scan.one_of(":");
  const int minutes = scan.digits(2);
  scan.ok = scan.ok && hours < 24 && minutes < 60;
  const auto offset = std::chrono::hours(hours) + std::chrono::minutes(minutes);
  return sign == '-' ? -offset : offset;
}

}  // namespace

std::optional<std::chrono::sys_seconds> parse_timestamp(std::string_view text) {
  Scanner scan{text};
  const int year = scan.digits(4);
  scan.one_of("-");
  const int month = scan.digits(2);
  scan.one_of("-");
  const int day = scan.digits(2);
  scan.one_of("Tt ");
  const int hour = scan.digits(2);
  scan.one_of(":");
  const int minute = scan.digits(2);
  scan.one_of(":");
  const int second = scan.digits(2);
  scan.skip_fraction();
  const auto offset = scan_offset(scan);

  const std::chrono::year_month_day date{std::chrono::year(year),
                                         std::chrono::month(static_cast<unsigned>(month)),
                                         std::chrono::day(static_cast<unsigned>(day))};
  // 60 is a leap second.
  if (!scan.ok || !scan.rest.empty() || !date.ok() || hour > 23 || minute > 59 || second > 60) {
    return std::nullopt;
  }
  return std::chrono::sys_days(date) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
         std::chrono::seconds(second) - offset;
}

}  // namespace gitsync::auth
