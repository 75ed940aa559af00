// SPDX-License-Identifier: Apache-2.0
#include "util/quote.h"

#include <cstddef>
#include <cstdint>

#include "util/utf8.h"

namespace gitsync::util {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

// As utf8_length(), but C1 control characters count as no text.
std::size_t printable_length(std::string_view text) {
  const std::size_t length = utf8_length(text);
  const bool control =
      length == 2 && text[0] == '\xc2' && static_cast<std::uint8_t>(text[1]) < 0xa0;
  return control ? 0 : length;
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
    std::size_t length = printable_length(text);
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
