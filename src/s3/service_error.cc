// SPDX-License-Identifier: Apache-2.0
#include "s3/service_error.h"

#include <algorithm>
#include <array>
#include <ctime>

#include "s3/xml.h"
#include "util/timestamp.h"

namespace gitsync::s3 {
namespace {

// Of what a server says to people.
constexpr std::size_t kMaxWords = 300;

std::string shortened(std::string_view text) { return std::string(text.substr(0, kMaxWords)); }

}  // namespace

std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text) {
  std::tm time{};
  const std::string copy(text);
  const char* end = ::strptime(copy.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &time);
  if (end == nullptr || *end != '\0') return std::nullopt;
  return std::chrono::sys_seconds(std::chrono::seconds(::timegm(&time)));
}

ServiceError read_error(const net::ResponseHead& head, std::string_view body) {
  ServiceError error{.status = head.status,
                     .region = std::string(head.header("x-amz-bucket-region")),
                     .server_time = parse_http_date(head.header("Date"))};
  XmlReader reader([&](std::string_view path, std::string_view text) -> util::Result<void> {
    if (path == "Error/Code") error.code = shortened(text);
    if (path == "Error/Message") error.message = shortened(text);
    if (path == "Error/Region" && error.region.empty()) error.region = shortened(text);
    if (path == "Error/ServerTime") {
      if (const auto time = util::parse_timestamp(text)) error.server_time = time;
    }
    return {};
  });
  // What was understood counts, whatever comes after it.
  [[maybe_unused]] const auto read = reader.feed(body.substr(0, kMaxErrorBody));
  return error;
}

bool is_of_stale_credentials(const ServiceError& error) {
  constexpr std::array<std::string_view, 6> kCodes = {
      "XAdminUserNotFound", "ExpiredToken", "ExpiredTokenException",
      "InvalidAccessKeyId", "InvalidToken", "TokenRefreshRequired"};
  return std::ranges::find(kCodes, error.code) != kCodes.end();
}

bool is_passing(const ServiceError& error) {
  constexpr std::array<int, 6> kStatus = {408, 429, 500, 502, 503, 504};
  constexpr std::array<std::string_view, 4> kCodes = {
      "RequestTimeout", "ConditionalRequestConflict", "OperationAborted", "SlowDown"};
  return std::ranges::find(kStatus, error.status) != kStatus.end() ||
         std::ranges::find(kCodes, error.code) != kCodes.end();
}

}  // namespace gitsync::s3
