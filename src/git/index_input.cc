// SPDX-License-Identifier: Apache-2.0
#include "git/index_input.h"

#include <algorithm>

#include "git/not_understood.h"

namespace gitsync::git {
namespace {

using util::Result;

// Room for the longest path and what stands around it.
constexpr std::size_t kBufferBytes = kLongestIndexPath + (std::size_t{4} << 10);

std::unexpected<util::Error> too_short() {
  return util::fail(util::ErrorKind::kCorrupt, "the index is cut short");
}

}  // namespace

IndexInput::IndexInput(const IndexSource& source) : source_(source), buffer_(kBufferBytes, '\0') {}

void IndexInput::add_taken() {
  checksum_.add(std::string_view(buffer_).substr(added_, begin_ - added_));
  added_ = begin_;
}

Result<void> IndexInput::look(std::size_t length) {
  if (end_ - begin_ >= length) return {};
  add_taken();
  std::copy(buffer_.data() + begin_, buffer_.data() + end_, buffer_.data());
  end_ -= begin_;
  begin_ = added_ = 0;
  while (end_ < length && !source_ended_) {
    GS_TRY(const auto got, source_(std::span(buffer_).subspan(end_)));
    source_ended_ = got == 0;
    end_ += got;
  }
  return {};
}

Result<std::string_view> IndexInput::take(std::size_t length) {
  GS_TRY_VOID(look(length));
  if (end_ - begin_ < length) return too_short();
  const auto bytes = ready().substr(0, length);
  begin_ += length;
  return bytes;
}

Result<std::string_view> IndexInput::take_text(std::size_t limit) {
  std::size_t length = ready().find('\0');
  if (length == std::string_view::npos) {
    GS_TRY_VOID(look(limit + 1));
    length = ready().find('\0');
  }
  if (length == std::string_view::npos && end_ - begin_ <= limit) return too_short();
  if (length > limit) return not_understood("the index has a very long path");
  GS_TRY(const auto text, take(length + 1));
  return text.substr(0, length);
}

Result<void> IndexInput::skip(std::uint64_t length) {
  while (length > 0) {
    const auto piece = static_cast<std::size_t>(std::min<std::uint64_t>(length, kBufferBytes));
    GS_TRY_VOID(take(piece));
    length -= piece;
  }
  return {};
}

Result<bool> IndexInput::at_trailer() {
  GS_TRY_VOID(look(kIndexIdBytes + 1));
  return end_ - begin_ <= kIndexIdBytes;
}

Result<void> IndexInput::check_trailer() {
  add_taken();
  const auto digest = checksum_.finish();
  const auto trailer = ready();
  if (trailer.size() < kIndexIdBytes) return too_short();
  if (trailer == std::string_view(digest.data(), digest.size())) return {};
  if (std::ranges::all_of(trailer, [](char c) { return c == '\0'; })) {
    return not_understood("the index has no checksum");
  }
  return util::fail(util::ErrorKind::kCorrupt, "the index has a wrong checksum");
}

}  // namespace gitsync::git
