// SPDX-License-Identifier: Apache-2.0
// What servers hand out as credentials: an askpass response, or a token of an API. No value gets
// through that git would read as more than one line, and no error repeats a secret.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "auth/askpass_url.h"
#include "auth/token_response.h"
#include "auth/value_cleaner.h"
#include "log/sink.h"

namespace {

constexpr std::string_view kSecret = "hunter2";

void check(gitsync::auth::ValueCleaner& cleaner, const std::string& value) {
  const auto clean = cleaner.clean(value, "setting");
  if (clean ? clean->find_first_of(std::string_view("\n\0", 2)) != std::string::npos
            : clean.error().message.find(kSecret) != std::string::npos) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gitsync;
  const std::string body(reinterpret_cast<const char*>(data), size);
  auth::ValueCleaner cleaner(
      log::Logger(std::make_shared<log::Sink>(log::SinkOptions{.verbosity = -1})));
  check(cleaner, body);
  const auto asked = auth::parse_askpass(body);
  if (asked.username.find('\n') != std::string::npos) std::abort();
  check(cleaner, asked.password);
  const auto token = auth::parse_token_response(body);
  if (token) {
    check(cleaner, token->token);
  } else if (token.error().message.find(kSecret) != std::string::npos) {
    std::abort();
  }
  return 0;
}
