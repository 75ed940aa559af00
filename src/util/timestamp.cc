// SPDX-License-Identifier: Apache-2.0
#include "util/timestamp.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <string>

namespace gitsync::util {
namespace {

// strptime(3) also takes blanks and numbers that are too short, so the form is checked beside it.
constexpr std::string_view kForm = "0000-00-00T00:00:00";

bool is_in_form(char c, char form) {
  if (form == 'T') return c == 'T' || c == 't' || c == ' ';
  return form == '0' ? c >= '0' && c <= '9' : c == form;
}

std::optional<std::tm> read_time(std::string text) {
  if (!std::ranges::equal(text, kForm, is_in_form)) return std::nullopt;
  text[10] = 'T';
  std::tm time{};
  const char* end = ::strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &time);
  const std::chrono::year_month_day date{std::chrono::year(time.tm_year + 1900),
                                         std::chrono::month(static_cast<unsigned>(time.tm_mon) + 1),
                                         std::chrono::day(static_cast<unsigned>(time.tm_mday))};
  // 60 is a leap second.
  if (end == nullptr || *end != '\0' || !date.ok() || time.tm_sec > 60) return std::nullopt;
  return time;
}

std::string_view without_fraction(std::string_view text) {
  const auto end = std::min(text.find_first_not_of("0123456789", 1), text.size());
  return text.starts_with('.') && end > 1 ? text.substr(end) : text;
}

// "Z", "+01:30".
std::optional<std::chrono::seconds> read_offset(std::string_view text) {
  if (text == "Z" || text == "z") return std::chrono::seconds(0);
  if (text.size() != 6 || text[3] != ':' || text.substr(1, 2) > "23") return std::nullopt;
  std::tm time{};
  const std::string copy(text);
  const char* end = ::strptime(copy.c_str(), "%z", &time);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return std::chrono::seconds(time.tm_gmtoff);
}

}  // namespace

std::optional<std::chrono::sys_seconds> parse_timestamp(std::string_view text) {
  auto time = read_time(std::string(text.substr(0, kForm.size())));
  const auto rest = text.substr(std::min(kForm.size(), text.size()));
  const auto offset = read_offset(without_fraction(rest));
  if (!time || !offset) return std::nullopt;
  return std::chrono::sys_seconds(std::chrono::seconds(::timegm(&*time))) - *offset;
}

// Not by strftime(3), which writes the year 800 in three digits.
std::string format_timestamp(std::chrono::sys_seconds time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(time - day);
  std::array<char, 64> text{};
  const int length = std::snprintf(
      text.data(), text.size(), "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
      static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
      static_cast<int>(clock.hours().count()), static_cast<int>(clock.minutes().count()),
      static_cast<int>(clock.seconds().count()));
  return {text.data(), static_cast<std::size_t>(length)};
}

}  // namespace gitsync::util
