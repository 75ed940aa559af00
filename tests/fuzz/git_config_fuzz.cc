// SPDX-License-Identifier: Apache-2.0
// The grammar of --git-config: whatever parses, parses to the same pairs when written in quotes.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "config/git_config_pairs.h"

namespace {

using namespace gitsync::config;

std::string in_quotes(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  (void)redact_git_config(text);
  const auto pairs = parse_git_config(text);
  if (!pairs) return 0;
  std::string again;
  for (const auto& [key, value] : *pairs) again += in_quotes(key) + ':' + in_quotes(value) + ',';
  const auto same = parse_git_config(again);
  if (!same || *same != *pairs) std::abort();
  return 0;
}
