// SPDX-License-Identifier: Apache-2.0
// Text of unknown length in bounded memory: keeps the first and the last half of its limit, and
// lets no secret survive in part where it was cut.

#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace gitsync::util {

// Replaces secrets in a text; empty: none are known.
using Scrub = std::function<std::string(std::string_view)>;

// Bytes beyond each cut that are kept until the text has been scrubbed. Half a secret is not
// recognized any more, so one that is longer than this may show where the text was cut.
inline constexpr std::size_t kCutMargin = std::size_t{8} << 10;

// Memory: at most 1.5 times the limit, and three margins. Thread-safety: none.
class BoundedOutput {
 public:
  explicit BoundedOutput(std::size_t limit) : half_(limit / 2) {}

  void append(std::string_view text);
  // What was kept; where something is missing, a line says how many bytes. Text that is whole is
  // returned as it came: whoever shows it redacts it, and whoever parses it needs it unchanged.
  std::string text(const Scrub& scrub = {}) const;

 private:
  std::string whole(const Scrub& scrub) const;

  std::size_t half_;
  std::string head_;  // of half_ and a margin
  std::string tail_;  // trimmed to half_ and a margin only when it has grown to twice that
  std::size_t dropped_ = 0;
};

// The first `limit` bytes of a text that was itself cut after limit + kCutMargin bytes; scrubbed if
// there are more than `limit`.
std::string first_bytes(std::string_view text, std::size_t limit, const Scrub& scrub);

}  // namespace gitsync::util
