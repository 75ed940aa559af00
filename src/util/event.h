// SPDX-License-Identifier: Apache-2.0
// An event that can be waited for together with descriptors, and the limit under which everything
// that waits does so: a deadline and a stop event.

#pragma once

#include <chrono>
#include <span>

#include "util/error.h"
#include "util/fd.h"

namespace gitsync::util {

using SteadyClock = std::chrono::steady_clock;
using Deadline = SteadyClock::time_point;

// A flag with a descriptor (eventfd(2)) that polls readable while the flag is set.
// Thread-safety: all members may be called from any thread; set() also from a signal handler.
class Event {
 public:
  // Ends the process if the kernel gives no descriptor, since nothing works without: by a
  // std::system_error that app/last_words.h makes a record of.
  Event();
  // One that is set while any of these is, which outlive it. It has no flag of its own: set() and
  // consume() do nothing.
  explicit Event(std::span<const Event* const> any_of);
  Event(const Event&) = delete;
  Event& operator=(const Event&) = delete;

  void set() const noexcept;
  bool is_set() const noexcept;
  // Clears the flag; returns whether it was set.
  bool consume() const noexcept;
  int fd() const noexcept { return fd_.get(); }

 private:
  Fd fd_;
};

// What bounds an operation. `stop` outlives it; null means that nothing but the deadline ends it.
struct Limit {
  Deadline deadline = Deadline::max();
  const Event* stop = nullptr;

  bool stopped() const noexcept { return stop != nullptr && stop->is_set(); }
  bool expired() const noexcept { return SteadyClock::now() >= deadline; }
  // kStopped, kTimeout ("deadline exceeded") or success.
  Result<void> check() const;
  // The same stop, and the earlier of the two deadlines.
  Limit within(SteadyClock::duration time) const;
};

// Milliseconds until `deadline` for poll(2): 0 when past, -1 for Deadline::max(), rounded up.
int poll_timeout(Deadline deadline) noexcept;

// Waits until one of the events is set or the deadline has passed. Consumes nothing.
// Returns the index of a set event (the first), or -1 at the deadline.
int wait_for_any(std::span<const Event* const> events, Deadline deadline);

}  // namespace gitsync::util
