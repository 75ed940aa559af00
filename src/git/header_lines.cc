// SPDX-License-Identifier: Apache-2.0
#include "git/header_lines.h"

#include <algorithm>

namespace gitsync::git {

// Up to its end, without the newline.
std::string_view HeaderLines::take_line() {
  const auto end = std::min(rest_.find('\n'), rest_.size());
  const auto line = rest_.substr(0, end);
  rest_.remove_prefix(std::min(end + 1, rest_.size()));
  return line;
}

std::optional<HeaderLine> HeaderLines::next() {
  while (!done_) {
    const auto line = take_line();
    if (line.empty()) {
      done_ = true;
    } else if (line[0] != ' ') {
      const auto blank = std::min(line.find(' '), line.size());
      return HeaderLine{.name = line.substr(0, blank),
                        .value = line.substr(std::min(blank + 1, line.size()))};
    }
  }
  return std::nullopt;
}

}  // namespace gitsync::git
