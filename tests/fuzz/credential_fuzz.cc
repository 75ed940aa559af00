// SPDX-License-Identifier: Apache-2.0
// The JSON of --credential: no password of it is shown, neither in the list nor in an error.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "config/credentials.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gitsync::config;
  constexpr std::string_view kSecret = "hunter2";
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto credentials = parse_credentials(text);
  if (!credentials) {
    if (credentials.error().message.find(kSecret) != std::string::npos) std::abort();
    return 0;
  }
  auto passwords_only = *credentials;
  for (auto& credential : passwords_only) {
    credential.url.clear();
    credential.username.clear();
    credential.password_file.clear();
  }
  if (show_credentials(passwords_only).find(kSecret) != std::string::npos) std::abort();
  (void)show_credentials(*credentials);
  return 0;
}
