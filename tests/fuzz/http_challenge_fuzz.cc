// SPDX-License-Identifier: Apache-2.0
// What a server says in WWW-Authenticate and Retry-After: schemes are words that, written down
// again, are read again; durations are at most a day.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "net/retry_after.h"
#include "source/http_challenge.h"
#include "util/text.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace gitsync;
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto schemes = source::schemes_in(text);
  if (source::schemes_in(util::join(schemes, ", ")) != schemes) std::abort();
  // Every scheme takes at least a character and a comma.
  if (schemes.size() > size / 2 + 1) std::abort();
  const net::ResponseHead head{.headers = {{"Retry-After", text}, {"WWW-Authenticate", text}}};
  const auto pause = net::retry_after(head, std::chrono::system_clock::time_point());
  if (pause && (pause->count() < 0 || *pause > std::chrono::hours(24))) std::abort();
  if (source::challenges(head, "www-authenticate") != schemes) std::abort();
  return 0;
}
