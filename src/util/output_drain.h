// SPDX-License-Identifier: Apache-2.0
// Reads and drops what processes write that outlive the command which started them, so that a
// service which a hook has left behind is neither stuck on a full pipe nor ended by SIGPIPE.

#pragma once

#include <cstddef>
#include <optional>
#include <thread>
#include <vector>

#include "util/event.h"
#include "util/fd.h"
#include "util/mutex.h"

namespace gitsync::util {

// One thread, from the first pipe on. Thread-safety: adopt() may be called from any thread.
class OutputDrain {
 public:
  // Pipes at once; of a further one the reader is closed.
  static constexpr std::size_t kMost = 32;

  OutputDrain() = default;
  OutputDrain(const OutputDrain&) = delete;
  OutputDrain& operator=(const OutputDrain&) = delete;
  ~OutputDrain();

  // Reads from `pipe`, which does not block, until no one holds its other end. If no thread can be
  // started it is closed.
  void adopt(Fd pipe);

 private:
  void serve();
  // Takes over what was adopted, and waits for something to read.
  void wait(std::vector<Fd>& pipes);

  Event stop_;
  Event arrived_;
  Mutex mutex_;
  std::vector<Fd> adopted_ GITSYNC_GUARDED_BY(mutex_);
  std::size_t count_ GITSYNC_GUARDED_BY(mutex_) = 0;  // adopted and served
  std::optional<std::jthread> thread_ GITSYNC_GUARDED_BY(mutex_);
};

}  // namespace gitsync::util
