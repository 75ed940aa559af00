// SPDX-License-Identifier: Apache-2.0
#include "net/header_scanner.h"

#include <algorithm>

namespace gitsync::net {
namespace {

bool is_token_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").contains(c);
}

}  // namespace

std::string_view HeaderScanner::take_first(std::size_t size) {
  const auto taken = text_.substr(0, size);
  text_.remove_prefix(taken.size());
  return taken;
}

void HeaderScanner::skip(std::string_view characters) {
  take_first(text_.find_first_not_of(characters));
}

bool HeaderScanner::take(char c) {
  if (!is_at(c)) return false;
  take_first(1);
  return true;
}

std::string_view HeaderScanner::token() {
  const auto* const end = std::ranges::find_if_not(text_, is_token_char);
  return take_first(static_cast<std::size_t>(end - text_.begin()));
}

std::optional<std::string> HeaderScanner::value() {
  if (!take('"')) return std::string(token());
  std::string value;
  while (!at_end()) {
    if (take('"')) return value;
    take('\\');
    value += take_first(1);
  }
  return std::nullopt;
}

void HeaderScanner::skip_element() {
  bool quoted = false;
  std::size_t i = 0;
  for (; i < text_.size() && (quoted || text_[i] != ','); ++i) {
    if (text_[i] == '"') quoted = !quoted;
    if (quoted && text_[i] == '\\') ++i;
  }
  take_first(i);
}

}  // namespace gitsync::net
