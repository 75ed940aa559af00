// SPDX-License-Identifier: Apache-2.0
#include "util/line_breaks.h"

namespace gitsync::util {

bool strip_trailing_breaks(std::string& text) {
  const std::size_t end = text.find_last_not_of("\r\n") + 1;  // 0 if there is nothing else
  if (end == text.size()) return false;
  text.resize(end);
  return true;
}

bool has_line_break(std::string_view text) {
  return text.find_first_of(std::string_view("\n\r\0", 3)) != std::string_view::npos;
}

}  // namespace gitsync::util
