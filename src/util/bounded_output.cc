// SPDX-License-Identifier: Apache-2.0
#include "util/bounded_output.h"

#include <algorithm>

namespace gitsync::util {

void BoundedOutput::append(std::string_view text) {
  const std::size_t room = std::min(half_ - head_.size(), text.size());
  head_.append(text.substr(0, room));
  text.remove_prefix(room);
  while (!text.empty()) {
    const auto piece = text.substr(0, std::max<std::size_t>(half_, 1));
    tail_.append(piece);
    text.remove_prefix(piece.size());
    if (tail_.size() >= 2 * half_) {
      const std::size_t excess = tail_.size() - half_;
      tail_.erase(0, excess);
      dropped_ += excess;
    }
  }
}

std::string BoundedOutput::text() const {
  const std::size_t excess = tail_.size() > half_ ? tail_.size() - half_ : 0;
  const std::size_t missing = dropped_ + excess;
  if (missing == 0) return head_ + tail_;
  return head_ + "\n[... " + std::to_string(missing) + " bytes left out ...]\n" +
         tail_.substr(excess);
}

}  // namespace gitsync::util
