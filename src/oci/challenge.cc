// SPDX-License-Identifier: Apache-2.0
#include "oci/challenge.h"

#include "net/header_scanner.h"
#include "util/text.h"

namespace gitsync::oci {
std::string_view Challenge::parameter(const std::string& name) const {
  const auto found = parameters.find(name);
  return found == parameters.end() ? std::string_view() : found->second;
}

std::vector<Challenge> parse_challenges(std::string_view header) {
  std::vector<Challenge> all;
  net::HeaderScanner scanner(header);
  while (true) {
    scanner.skip(" \t,");
    if (scanner.at_end()) return all;
    const auto word = scanner.token();
    if (word.empty()) return all;
    scanner.skip(" \t");
    if (!scanner.take('=')) {
      all.push_back({.scheme = util::to_lower(word), .parameters = {}});
      continue;
    }
    scanner.skip(" \t");
    const auto value = scanner.value();
    if (!value || all.empty()) return all;
    all.back().parameters.try_emplace(util::to_lower(word), *value);
  }
}

}  // namespace gitsync::oci
