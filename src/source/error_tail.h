// SPDX-License-Identifier: Apache-2.0
// What a program says on standard error, read beside something else that is waited for.

#pragma once

#include <string>

#include "util/bounded_output.h"
#include "util/fd.h"

namespace gitsync::source {

// Memory: as util::BoundedOutput of 64 KiB. Move-only. Thread-safety: none.
class ErrorTail {
 public:
  // The end of a pipe to read from; made non-blocking.
  explicit ErrorTail(util::Fd fd);

  // For poll(2); -1 once the other side has closed it.
  int fd() const noexcept { return fd_.get(); }
  // Reads what is there, without waiting, and not more than a pipe holds.
  void collect();
  // What was read since the last forget().
  std::string text(const util::Scrub& scrub) const { return words_.text(scrub); }
  void forget();

 private:
  util::Fd fd_;
  util::BoundedOutput words_;
};

}  // namespace gitsync::source
