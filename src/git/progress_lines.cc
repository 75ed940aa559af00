// SPDX-License-Identifier: Apache-2.0
#include "git/progress_lines.h"

namespace gitsync::git {
namespace {

constexpr std::size_t kLongest = 500;  // bytes

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

}  // namespace

void ProgressLines::feed(std::string_view bytes) {
  for (const char c : bytes) {
    if (c == '\n' || c == '\r') {
      finish();
    } else if (!is_control(c) && line_.size() < kLongest) {
      line_ += c;
    }
  }
}

void ProgressLines::finish() {
  while (line_.ends_with(' ')) line_.pop_back();
  if (!line_.empty() && sink_) sink_(line_);
  line_.clear();
}

}  // namespace gitsync::git
