// SPDX-License-Identifier: Apache-2.0
// Runs a child process to its end: argument vector, own process group, bounded output, deadline.

#pragma once

#include <sys/types.h>

#include <chrono>
#include <cstddef>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "util/bounded_output.h"
#include "util/environment.h"
#include "util/error.h"
#include "util/event.h"
#include "util/mutex.h"
#include "util/output_drain.h"
#include "util/resource_limits.h"

namespace gitsync::util {

// What becomes of processes that are still in the child's group after the child itself ended.
enum class Leftovers {
  kKill,  // nothing outlives the call
  kKeep,  // git's credential cache is a daemon on purpose
  // Kept, and their output read and dropped, if the child succeeded; else as kKill. They are on
  // their own from then on: neither a stop nor the end of this process ends them.
  kKeepOfSuccess,
};

// Whether the child may leave a core dump, where the limits that we were started with allow it.
enum class CoreDumps {
  kNever,  // git and ssh: they hold our secrets
  kAsInherited,
};

struct Command {
  std::vector<std::string> argv;  // argv[0] as in util/spawn.h
  std::string working_directory;  // empty: ours
  std::string standard_input;     // then end of file; empty: end of file at once
  Leftovers leftovers = Leftovers::kKill;
  CoreDumps core_dumps = CoreDumps::kNever;
  // Most bytes kept of each stream; of longer output the first and the last half are kept, with a
  // line between them that says how many bytes are missing.
  std::size_t output_limit = std::size_t{64} * 1024;
  // Applied to longer output before it is cut, so that no part of a secret is left at the cut.
  Scrub scrub = {};
};

struct ProcessResult {
  int exit_status = 0;  // meaningful if signal == 0
  int signal = 0;       // the signal that ended the child, or 0
  std::string standard_output;
  std::string standard_error;
  std::chrono::nanoseconds duration{0};

  bool ok() const { return exit_status == 0 && signal == 0; }
  // "exit status 3" or "signal: killed".
  std::string reason() const;
};

// Why run() ended the child before it was done; the output up to then is in `partial`.
struct ProcessFailure {
  Error error;
  ProcessResult partial;
};

// The seam for tests that must not start processes. Thread-safety: run() may be called from any
// number of threads at once.
class ProcessRunner {
 public:
  virtual ~ProcessRunner() = default;
  // Runs `command` with exactly `environment`, default signal dispositions and an empty signal
  // mask, in a new session and process group without a terminal. Blocks until the child ended and
  // was reaped; others that hold its output are not waited for. When the limit is reached the whole
  // group gets SIGTERM and, 300 ms later, SIGKILL. Errors: kNotFound/kLocal if it cannot be
  // started, kTimeout ("deadline exceeded"), kStopped. A child that ran and failed is not an error:
  // see ProcessResult::ok().
  virtual std::expected<ProcessResult, ProcessFailure> run(const Command& command,
                                                           const Environment& environment,
                                                           const Limit& limit) = 0;
};

class SystemProcessRunner final : public ProcessRunner {
 public:
  // `inherited`: what harden_limits() returned; the children get it back. SIGPIPE must be ignored
  // or blocked in this process.
  explicit SystemProcessRunner(ResourceLimits inherited = {}) : inherited_(std::move(inherited)) {}

  std::expected<ProcessResult, ProcessFailure> run(const Command& command,
                                                   const Environment& environment,
                                                   const Limit& limit) override;

  // Kills the groups of all children that run now. For the end of the process only: the calls of
  // run() return as if someone else had killed them. From any thread.
  void kill_all();

 private:
  class Registration;

  ResourceLimits limits_for(const Command& command) const;

  const ResourceLimits inherited_;
  OutputDrain drain_;
  Mutex mutex_;
  // A child is in it until just before it is reaped.
  std::set<pid_t> running_ GITSYNC_GUARDED_BY(mutex_);
};

}  // namespace gitsync::util
