// SPDX-License-Identifier: Apache-2.0
#include "oci/challenge.h"

#include <algorithm>
#include <optional>

#include "util/text.h"

namespace gitsync::oci {
namespace {

bool is_token_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").contains(c);
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  bool at_end() const { return text_.empty(); }
  void skip(std::string_view characters) {
    text_.remove_prefix(std::min(text_.find_first_not_of(characters), text_.size()));
  }
  bool take(char c) {
    if (!text_.starts_with(c)) return false;
    text_.remove_prefix(1);
    return true;
  }
  std::string_view token() {
    const auto* const end = std::ranges::find_if_not(text_, is_token_char);
    const auto taken = text_.substr(0, static_cast<std::size_t>(end - text_.begin()));
    text_.remove_prefix(taken.size());
    return taken;
  }
  // A token or a quoted string; nothing if its quotes do not end.
  std::optional<std::string> value() {
    if (!take('"')) return std::string(token());
    std::string value;
    while (!text_.empty()) {
      if (take('"')) return value;
      take('\\');
      if (text_.empty()) break;
      value += text_.front();
      text_.remove_prefix(1);
    }
    return std::nullopt;
  }

 private:
  std::string_view text_;
};

}  // namespace

std::string_view Challenge::parameter(const std::string& name) const {
  const auto found = parameters.find(name);
  return found == parameters.end() ? std::string_view() : found->second;
}

std::vector<Challenge> parse_challenges(std::string_view header) {
  std::vector<Challenge> all;
  Scanner scanner(header);
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
