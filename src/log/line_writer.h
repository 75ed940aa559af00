// SPDX-License-Identifier: Apache-2.0
// Whole lines to a descriptor that we share with others and whose reader may be slow, stuck or
// gone. Bounded in time; never leaves half a line followed by another one.

#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "util/event.h"

namespace gitsync::log {

// The descriptor's O_NONBLOCK is not ours to set: it belongs to everyone who shares the pipe or
// terminal. So pieces are small enough that poll(2) promises they do not block.
// SIGPIPE must be ignored or blocked in this process. Thread-safety: none.
class LineWriter {
 public:
  // `patience`: longest wait for one line. After a line that was given up none is waited for,
  // until one gets through again.
  LineWriter(int fd, std::chrono::milliseconds patience);

  // `line` ends in a newline. Returns false if the line was dropped. Of a line that was cut off
  // in the middle the rest is kept, and written before anything else.
  bool write(std::string_view line);

 private:
  enum class Kind { kPipe, kFile, kSocket };
  enum class Status { kDone, kLater, kBroken };

  // Writes from the front of `text` and removes what was written.
  Status send(std::string_view& text, util::Deadline deadline);
  Status send_piece(std::string_view& text);
  bool wait_writable(util::Deadline deadline) const;

  const int fd_;
  const std::chrono::milliseconds patience_;
  Kind kind_ = Kind::kPipe;  // also terminals and whatever else there is
  bool stuck_ = false;
  std::string rest_;  // of a line that was cut off
};

}  // namespace gitsync::log
