// SPDX-License-Identifier: Apache-2.0
#include "source/http_challenge.h"

#include "net/header_scanner.h"
#include "util/text.h"

namespace gitsync::source {

std::vector<std::string> schemes_in(std::string_view value) {
  std::vector<std::string> schemes;
  net::HeaderScanner scanner(value);
  while (true) {
    scanner.skip(" \t,");
    if (scanner.at_end()) return schemes;
    const auto word = scanner.token();
    if (word.empty()) return schemes;
    scanner.skip(" \t");
    // "name=value" goes on with the scheme before.
    if (!scanner.is_at('=')) schemes.push_back(util::to_lower(word));
    scanner.skip_element();
  }
}

std::vector<std::string> challenges(const net::ResponseHead& head, std::string_view name) {
  std::vector<std::string> all;
  for (const auto& [key, value] : head.headers) {
    if (util::to_lower(key) != util::to_lower(name)) continue;
    for (auto& scheme : schemes_in(value)) all.push_back(std::move(scheme));
  }
  return all;
}

}  // namespace gitsync::source
