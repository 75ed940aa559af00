// SPDX-License-Identifier: Apache-2.0
#include "archive/header_recorder.h"

#include <algorithm>

namespace gitsync::archive {
namespace {

constexpr std::size_t kMostHeaders = std::size_t{4} << 20;

}  // namespace

util::Result<std::string_view> HeaderRecorder::next() {
  if (recording_) {
    const auto from = begin_ > piece_at_ ? begin_ - piece_at_ : 0;
    recorded_ += piece_.substr(std::min<std::uint64_t>(from, piece_.size()));
    if (recorded_.size() > kMostHeaders) {
      return util::fail(util::ErrorKind::kProtocol,
                        "the headers of one member of the archive are longer than 4 MiB");
    }
  }
  piece_at_ += piece_.size();
  piece_ = {};  // if the next line fails, there is none
  GS_TRY(piece_, input_.next());
  return piece_;
}

void HeaderRecorder::begin_headers(std::uint64_t position) {
  recording_ = true;
  begin_ = position;
  recorded_.clear();
}

std::string_view HeaderRecorder::end_headers(std::uint64_t end) {
  recording_ = false;
  const auto length = end < begin_ ? 0 : end - begin_;
  if (begin_ >= piece_at_ && recorded_.empty()) {
    return piece_.substr(std::min<std::uint64_t>(begin_ - piece_at_, piece_.size()), length);
  }
  recorded_ += piece_;
  return std::string_view(recorded_).substr(0, length);
}

}  // namespace gitsync::archive
