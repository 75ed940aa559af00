// SPDX-License-Identifier: Apache-2.0
#include "config/go_json.h"

#include <charconv>
#include <cstdint>

#include "util/text.h"
#include "util/utf8.h"

namespace gitsync::config {
namespace {

constexpr std::size_t kEscape = 6;  // \uXXXX

// The number of a \uXXXX at the front of `text`; 0 if it is none.
std::uint32_t escaped_unit(std::string_view text) {
  if (text.size() < kEscape || text[0] != '\\' || text[1] != 'u') return 0;
  std::uint32_t unit = 0;
  const auto [end, code] = std::from_chars(text.data() + 2, text.data() + kEscape, unit, 16);
  return code == std::errc{} && end == text.data() + kEscape ? unit : 0;
}

bool is_high(std::uint32_t unit) { return unit >= 0xd800 && unit < 0xdc00; }
bool is_low(std::uint32_t unit) { return unit >= 0xdc00 && unit < 0xe000; }

// Takes an escape off the front of `text`.
std::string take_escape(std::string_view& text) {
  const std::uint32_t unit = escaped_unit(text);
  std::size_t length = unit == 0 ? 2 : kEscape;
  const bool pair = is_high(unit) && is_low(escaped_unit(text.substr(kEscape)));
  if (pair) length = 2 * kEscape;
  std::string taken(text.substr(0, length));
  if (!pair && (is_high(unit) || is_low(unit))) taken = "\\ufffd";
  text.remove_prefix(std::min(length, text.size()));
  return taken;
}

}  // namespace

std::string go_json(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    if (text[0] == '\\') {
      out += take_escape(text);
      continue;
    }
    const std::size_t length = util::utf8_length(text);
    out += length == 0 ? "\ufffd" : text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

std::string go_folded(std::string_view name) {
  constexpr std::string_view kLongS = "\u017f";
  std::string out = util::to_lower(name);
  for (std::size_t at = out.find(kLongS); at != std::string::npos; at = out.find(kLongS, at)) {
    out.replace(at, kLongS.size(), "s");
  }
  return out;
}

}  // namespace gitsync::config
