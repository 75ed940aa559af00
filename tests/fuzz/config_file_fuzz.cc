// SPDX-License-Identifier: Apache-2.0
// git's configuration file format: whatever parses, parses to the same when written plainly, and
// has the keys that git has.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "cli/private_config.h"
#include "git/config_file.h"
#include "git/effective_config.h"

namespace {

using namespace gitsync;

std::string header(const git::ConfigKey& key) {
  if (key.subsection.empty()) return "[" + std::string(key.section) + "]\n";
  std::string text = "[" + std::string(key.section) + " \"";
  for (const char c : key.subsection) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + "\"]\n";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto entries = git::parse_config_file(text);
  if (!entries) return 0;
  std::string again;
  for (const auto& [key, value] : *entries) {
    if (git::canonical_config_key(key) != key) std::abort();
    // [a ""] makes a..b, which has no other spelling.
    if (key.find("..") != std::string::npos) return 0;
    const auto parts = git::split_config_key(key);
    again += header(parts) + std::string(parts.name);
    if (value) again += " = " + cli::config_quote(*value);
    again += '\n';
  }
  const auto same = git::parse_config_file(again);
  if (!same || *same != *entries) std::abort();
  return 0;
}
