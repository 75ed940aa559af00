// SPDX-License-Identifier: Apache-2.0
#include "util/utf8.h"

#include <cstdint>

namespace gitsync::util {

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
  const bool legal = (length < 3 || code >= 0x800) && (length < 4 || code >= 0x10000) &&
                     (code < 0xd800 || code > 0xdfff) && code <= 0x10ffff;
  return legal ? length : 0;
}

std::size_t utf8_cut(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text.size();
  const auto is_within_one = [](char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; };
  constexpr std::size_t kLongest = 4;  // bytes of a character
  std::size_t end = most;
  while (end > 0 && most - end < kLongest && is_within_one(text[end])) --end;
  return is_within_one(text[end]) ? most : end;
}

}  // namespace gitsync::util
