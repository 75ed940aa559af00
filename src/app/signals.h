// SPDX-License-Identifier: Apache-2.0
// What signals mean to the program. Contract: docs/contract.md#pause-and-signals.
//
// No handler ever runs: signals that mean something are blocked in every thread and read by one
// thread of ours; those that must do no harm are ignored; faults of our own keep their default.

#pragma once

#include <signal.h>

#include <atomic>
#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "util/error.h"
#include "util/event.h"
#include "util/fd.h"

namespace gitsync::app {

struct SignalOptions {
  int sync_signal = 0;                 // 0: none; a number that cannot be caught is no error
  const util::Event* stop = nullptr;   // set by the first terminating signal; outlives Signals
  const util::Event* wake = nullptr;   // set by each sync signal; outlives Signals
  std::function<void(int)> on_caught;  // called on the signal thread with every such signal
  // Called on the signal thread just before a forced end or a dump: removes what must not stay
  // behind.
  std::function<void()> before_forced_end;
  // Time from a terminating signal to the end, whatever the program is doing by then.
  std::chrono::milliseconds stop_limit{900};
};

// - SIGTERM, SIGINT and SIGHUP set `stop`; the program cleans up and calls die_by_signal(). If it
//   has not ended within `stop_limit`, or a second such signal comes, it dies on the spot.
// - The sync signal sets `wake`, but only after start_syncing(): earlier it has the effect that it
//   would have had without being chosen. From then on it terminates nothing.
// - SIGQUIT, SIGABRT, SIGTRAP and SIGSYS from outside: a short dump on stderr, exit status 2.
// - SIGUSR1 and others whose default would kill us: ignored, as are those we inherited as ignored.
//
// To be made while the process has one thread, so that all later ones inherit the mask. The
// destructor puts mask and dispositions back. Thread-safety: all members, from any thread.
class Signals {
  // Only start() makes one.
  struct Key {};

 public:
  // Errors: that no thread or no descriptor can be had.
  static util::Result<std::unique_ptr<Signals>> start(SignalOptions options);
  Signals(Key key, SignalOptions options);
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  void start_syncing() { syncing_ = true; }
  // The signal that set `stop`, or 0.
  int terminating_signal() const { return terminating_; }

 private:
  void ignore_the_harmless();
  void block_the_meaningful();
  void serve();
  void handle(int signal);
  void terminate(int signal);
  [[noreturn]] void force_end();

  const SignalOptions options_;
  std::atomic<bool> syncing_ = false;
  std::atomic<int> terminating_ = 0;
  util::Deadline stopped_at_ = util::Deadline::max();  // the signal thread's
  sigset_t inherited_mask_ = {};
  std::vector<std::pair<int, struct sigaction>> inherited_;
  sigset_t watched_ = {};
  util::Fd signals_;  // signalfd(2) on watched_
  util::Event quit_;
  std::jthread thread_;
};

// Ends the process by `signal` itself, so that a shell sees 128 + signal. From any thread.
[[noreturn]] void die_by_signal(int signal);

// "SIGHUP", "SIGRTMIN+3"; "signal 99" if it has no name.
std::string signal_name(int signal);

// Opens /dev/null on each of descriptors 0, 1 and 2 that is closed, so that no file of ours gets
// such a number and is written to by mistake. The first thing of all in main().
void open_standard_streams();

}  // namespace gitsync::app
