// SPDX-License-Identifier: Apache-2.0
// The lines with which commits and tags begin: "<name> <value>", up to a blank line. Lines that
// begin with a blank belong to the value before them.

#pragma once

#include <optional>
#include <string_view>

namespace gitsync::git {

struct HeaderLine {
  std::string_view name;
  std::string_view value;  // the first line of it
};

class HeaderLines {
 public:
  // `bytes` must outlive the lines.
  explicit HeaderLines(std::string_view bytes) : rest_(bytes) {}

  // Nothing at the blank line, or at the end.
  std::optional<HeaderLine> next();
  // When there is no next line: what follows the blank line.
  std::string_view message() const { return rest_; }

 private:
  std::string_view take_line();

  std::string_view rest_;
  bool done_ = false;
};

}  // namespace gitsync::git
