// SPDX-License-Identifier: Apache-2.0
// Passes pieces of a stream on, and remembers those from a position to the end of what was passed
// on: the headers of one member, while libarchive reads them.

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "archive/unpacker.h"
#include "util/error.h"

namespace gitsync::archive {

// Memory: a piece, and the headers of one member, which end at 4 MiB. Thread-safety: none.
class HeaderRecorder {
 public:
  explicit HeaderRecorder(Unpacker& input) : input_(input) {}

  // The next piece, as Unpacker::next(). kProtocol if the headers are longer than that.
  util::Result<std::string_view> next();

  // Headers are read from now on, from `position` in the stream, which is in the last piece or at
  // its end.
  void begin_headers(std::uint64_t position);
  // They ended at `end`. The view is valid until the next call of anything.
  std::string_view end_headers(std::uint64_t end);

 private:
  Unpacker& input_;
  std::string_view piece_;
  std::uint64_t piece_at_ = 0;
  bool recording_ = false;
  std::uint64_t begin_ = 0;
  std::string recorded_;  // from begin_ to piece_at_, once piece_ has changed
};

}  // namespace gitsync::archive
