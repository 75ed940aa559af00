// SPDX-License-Identifier: Apache-2.0
// The expiry time of a token: what parses is a moment that can be written down and read again.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "util/timestamp.h"

namespace {

std::string written(std::chrono::sys_seconds moment) {
  const auto day = std::chrono::floor<std::chrono::days>(moment);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss time(moment - day);
  char text[64];
  std::snprintf(text, sizeof text, "%04d-%02u-%02uT%02d:%02d:%02dZ", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
                static_cast<int>(time.seconds().count()));
  return text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto moment = gitsync::util::parse_timestamp(text);
  if (!moment) return 0;
  const std::string again = written(*moment);
  // An offset may lead out of the four-digit years at both ends.
  if (again.size() == 20 && !again.starts_with('-') &&
      gitsync::util::parse_timestamp(again) != moment) {
    std::abort();
  }
  return 0;
}
