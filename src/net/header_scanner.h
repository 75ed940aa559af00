// SPDX-License-Identifier: Apache-2.0
// Takes a header's value apart: tokens, quoted strings, what stands between them (RFC 9110 5.6).

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gitsync::net {

// Goes on through `text`, which outlives it and what token() gives. Thread-safety: none.
class HeaderScanner {
 public:
  explicit HeaderScanner(std::string_view text) : text_(text) {}

  bool at_end() const { return text_.empty(); }
  bool is_at(char c) const { return text_.starts_with(c); }
  // Over any of them, as many as there are.
  void skip(std::string_view characters);
  // Whether the next one was `c`, and was taken.
  bool take(char c);
  // Empty if there is none.
  std::string_view token();
  // A token or the content of a quoted string; nothing if its quotes do not end.
  std::optional<std::string> value();
  // Up to a comma that is not in a quoted string.
  void skip_element();

 private:
  std::string_view take_first(std::size_t size);

  std::string_view text_;
};

}  // namespace gitsync::net
