// SPDX-License-Identifier: Apache-2.0
// What a server says went wrong, and what that means. "Error responses", Amazon S3 API Reference.

#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "net/message.h"
#include "s3/credentials.h"
#include "util/error.h"

namespace gitsync::s3 {

// Bytes of an error's body that are read; the rest is dropped.
inline constexpr std::size_t kMaxErrorBody = std::size_t{64} << 10;

struct ServiceError {
  int status = 0;
  std::string code = {};     // "NoSuchKey"; empty: the answer is no error of S3's
  std::string message = {};  // the server's words
  std::string region = {};   // where the bucket is, if that is said
  // The server's clock, if that is said.
  std::optional<std::chrono::sys_seconds> server_time = {};
};

// From an answer that is no success. What is no XML is an error without a code.
ServiceError read_error(const net::ResponseHead& head, std::string_view body);

// "Sun, 06 Nov 1994 08:49:37 GMT": RFC 9110, 5.6.7. Nothing for other forms.
std::optional<std::chrono::sys_seconds> parse_http_date(std::string_view text);

// The request that failed.
struct Asked {
  std::string bucket;
  std::string key = {};  // empty: of the bucket
  std::string region;
  std::chrono::sys_seconds time;                  // by our clock
  std::shared_ptr<const Identity> identity = {};  // null: it was not signed
};

// One line that says what is wrong, and its cause.
util::Error explain(const ServiceError& error, const Asked& asked);

// Others in place of these credentials may do.
bool is_of_stale_credentials(const ServiceError& error);
// Later it may go well.
bool is_passing(const ServiceError& error);

}  // namespace gitsync::s3
