// SPDX-License-Identifier: Apache-2.0
// --askpass-url: a server on the side that hands out user name and password
// (docs/contract.md#askpass).

#pragma once

#include <string>
#include <string_view>

#include "auth/credentials.h"
#include "auth/value_cleaner.h"

namespace gitsync::auth {

struct AskpassResponse {
  std::string username;
  std::string password;
};

// Lines of the form key=value; the last of each key wins, everything else is ignored and what is
// missing is empty. Nothing is trimmed.
AskpassResponse parse_askpass(std::string_view body);

// Thread-safety: none. `http` and `metrics` outlive it.
class AskpassUrl {
 public:
  AskpassUrl(std::string url, std::string repo_url, const net::HttpClient& http,
             metrics::Metrics& metrics)
      : url_(std::move(url)), repo_url_(std::move(repo_url)), http_(http), metrics_(metrics) {}

  // Sends exactly one request, of one second at most. No part of the response but its status ever
  // reaches an error.
  util::Result<Credential> ask(ValueCleaner& cleaner, const util::Limit& limit);

 private:
  util::Result<Credential> request(ValueCleaner& cleaner, const util::Limit& limit);

  const std::string url_;
  const std::string repo_url_;
  const net::HttpClient& http_;
  metrics::Metrics& metrics_;
};

}  // namespace gitsync::auth
