// SPDX-License-Identifier: Apache-2.0
// A hook that calls an address (docs/contract.md#webhook).

#pragma once

#include <chrono>
#include <cstdint>
#include <string>

#include "hook/hook.h"
#include "log/logger.h"
#include "net/http_client.h"

namespace gitsync::hook {

struct WebHookOptions {
  std::string name = "webhook";  // of the logger, as in RunnerOptions
  std::string url;
  std::string method = "POST";
  std::int64_t success_status = 200;  // 0 or less: whatever the response
  std::chrono::nanoseconds timeout{0};
  net::ClientOptions http;
};

class WebHook final : public Hook {
 public:
  WebHook(WebHookOptions options, const log::Logger& logger);

  util::Result<void> run(const std::string& hash, const util::Limit& limit) override;

 private:
  const WebHookOptions options_;
  const net::HttpClient http_;
  const log::Logger logger_;
};

}  // namespace gitsync::hook
