// SPDX-License-Identifier: Apache-2.0
// Text of unknown length in bounded memory: keeps the first and the last half of its limit.

#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace gitsync::util {

// Memory: at most 1.5 times the limit. Thread-safety: none.
class BoundedOutput {
 public:
  explicit BoundedOutput(std::size_t limit) : half_(limit / 2) {}

  void append(std::string_view text);
  // What was kept; where something is missing, a line says how many bytes.
  std::string text() const;

 private:
  std::size_t half_;
  std::string head_;
  std::string tail_;  // trimmed to half_ bytes only when it has grown to twice that
  std::size_t dropped_ = 0;
};

}  // namespace gitsync::util
