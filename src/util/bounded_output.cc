// SPDX-License-Identifier: Apache-2.0
#include "util/bounded_output.h"

#include <algorithm>

namespace gitsync::util {
namespace {

std::string scrubbed(std::string_view text, const Scrub& scrub) {
  return scrub ? scrub(text) : std::string(text);
}

std::string cut(std::string_view front, std::size_t missing, std::string_view back) {
  std::string text(front);
  text.append("\n[... ").append(std::to_string(missing)).append(" bytes left out ...]\n");
  return text.append(back);
}

// How much of a scrubbed text may be shown whose other end is a raw edge: what lies within a margin
// of the edge may be part of a secret. Shorter than `half` if scrubbing has shortened the text.
std::size_t clear_of_the_edge(const std::string& text, std::size_t half) {
  return std::min(half, text.size() - std::min(text.size(), kCutMargin));
}

}  // namespace

void BoundedOutput::append(std::string_view text) {
  const std::size_t most = half_ + kCutMargin;
  const std::size_t room = std::min(most - head_.size(), text.size());
  head_.append(text.substr(0, room));
  text.remove_prefix(room);
  while (!text.empty()) {
    const auto piece = text.substr(0, most);
    tail_.append(piece);
    text.remove_prefix(piece.size());
    if (tail_.size() >= 2 * most) {
      const std::size_t excess = tail_.size() - most;
      tail_.erase(0, excess);
      dropped_ += excess;
    }
  }
}

std::string BoundedOutput::text(const Scrub& scrub) const {
  if (dropped_ == 0) return whole(scrub);
  const std::size_t missing = dropped_ + head_.size() + tail_.size() - 2 * half_;
  const std::string front = scrubbed(head_, scrub);
  const std::string back = scrubbed(tail_, scrub);
  const std::size_t shown = clear_of_the_edge(back, half_);
  return cut(std::string_view(front).substr(0, clear_of_the_edge(front, half_)), missing,
             std::string_view(back).substr(back.size() - shown));
}

// Everything is still in memory, so that it is cut after scrubbing.
std::string BoundedOutput::whole(const Scrub& scrub) const {
  std::string all = head_ + tail_;
  if (all.size() <= 2 * half_) return all;
  all = scrubbed(all, scrub);
  if (all.size() <= 2 * half_) return all;
  const std::string_view view = all;
  return cut(view.substr(0, half_), view.size() - 2 * half_, view.substr(view.size() - half_));
}

std::string first_bytes(std::string_view text, std::size_t limit, const Scrub& scrub) {
  if (text.size() <= limit) return std::string(text);
  const std::string clean = scrubbed(text, scrub);
  const bool has_raw_edge = text.size() >= limit + kCutMargin;
  return clean.substr(0, has_raw_edge ? clear_of_the_edge(clean, limit) : limit);
}

}  // namespace gitsync::util
