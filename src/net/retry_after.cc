// SPDX-License-Identifier: Apache-2.0
#include "net/retry_after.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <ctime>
#include <string>
#include <string_view>

namespace gitsync::net {
namespace {

constexpr std::chrono::seconds kLongest = std::chrono::hours(24);

// A date of HTTP in seconds since 1970; nothing if it is none.
std::optional<std::time_t> date_in(std::string_view value) {
  if (value.empty()) return std::nullopt;
  const auto date = ::curl_getdate(std::string(value).c_str(), nullptr);
  return date < 0 ? std::nullopt : std::optional(date);
}

}  // namespace

std::optional<std::chrono::seconds> retry_after(const ResponseHead& head,
                                                std::chrono::system_clock::time_point now) {
  const std::string value(head.header("Retry-After"));
  if (value.empty()) return std::nullopt;
  long long seconds = 0;
  const auto* const end = value.data() + value.size();
  const auto read = std::from_chars(value.data(), end, seconds);
  if (read.ptr != end || read.ec == std::errc::invalid_argument) {
    const auto date = date_in(value);
    if (!date) return std::nullopt;
    seconds =
        *date - date_in(head.header("Date")).value_or(std::chrono::system_clock::to_time_t(now));
  } else if (read.ec == std::errc::result_out_of_range) {
    seconds = kLongest.count();
  }
  return std::clamp(std::chrono::seconds(seconds), std::chrono::seconds(0), kLongest);
}

}  // namespace gitsync::net
