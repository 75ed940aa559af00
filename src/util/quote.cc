// SPDX-License-Identifier: Apache-2.0
#include "util/quote.h"

#include <cstddef>
#include <cstdint>

namespace gitsync::util {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

// Length of the UTF-8 sequence that `text` begins with, or 0 if it begins with none.
std::size_t utf8_length(std::string_view text) {
  const auto lead = static_cast<std::uint8_t>(text[0]);
  std::size_t length = 0;
  std::uint32_t code = 0;
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead < 0xe0) {
    length = 2;
    code = lead & 0x1fU;
  } else if (lead >= 0xe0 && lead < 0xf0) {
    length = 3;
    code = lead & 0x0fU;
  } else if (lead >= 0xf0 && lead < 0xf5) {
    length = 4;
    code = lead & 0x07U;
  } else {
    return 0;
  }
  if (text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    const auto byte = static_cast<std::uint8_t>(text[i]);
    if ((byte & 0xc0U) != 0x80U) return 0;
    code = (code << 6U) | (byte & 0x3fU);
  }
  // C1 controls, overlong forms, surrogates and what lies past Unicode are no text.
  const bool legal = code >= 0xa0 && (length < 3 || code >= 0x800) &&
                     (length < 4 || code >= 0x10000) && (code < 0xd800 || code > 0xdfff) &&
                     code <= 0x10ffff;
  return legal ? length : 0;
}

void append_escape(std::string& out, char c) {
  switch (c) {
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  const auto byte = static_cast<std::uint8_t>(c);
  out += "\\x";
  out += kHexDigits[byte >> 4U];
  out += kHexDigits[byte & 0x0fU];
}

enum class Quotes { kKeep, kEscape };

std::string escape(std::string_view text, Quotes quotes) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const char c = text[0];
    std::size_t length = utf8_length(text);
    if (c == '\\' || (c == '"' && quotes == Quotes::kEscape)) {
      out += '\\';
      out += c;
    } else if (length == 0 || (length == 1 && (c < ' ' || c == 0x7f))) {
      append_escape(out, c);
      length = 1;
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return out;
}

}  // namespace

std::string escaped(std::string_view text) { return escape(text, Quotes::kKeep); }

std::string quoted(std::string_view text) { return '"' + escape(text, Quotes::kEscape) + '"'; }

}  // namespace gitsync::util
