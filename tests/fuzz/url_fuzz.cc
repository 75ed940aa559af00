// SPDX-License-Identifier: Apache-2.0
// Addresses from settings and from the output of programs: what is shown never holds a password.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "util/url.h"

namespace {

using namespace gitsync::util;

void require(bool holds) {
  if (!holds) std::abort();
}

void check(std::string_view text) {
  const auto url = parse_url(text);
  const std::string stripped = strip_userinfo(text);
  const std::string redacted = redact_url(text);
  if (!url) return;
  const auto bare = parse_url(stripped);
  require(bare && !bare->userinfo && bare->host == url->host && bare->rest == url->rest);
  require(redact_url(redacted) == redacted);
  const auto shown = parse_url(redacted);
  if (shown && shown->userinfo && shown->userinfo->has_password) {
    require(shown->userinfo->password == "REDACTED" || shown->userinfo->password.empty());
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  check(text);
  redact_urls_in(text);
  percent_decode(text);
  return 0;
}
