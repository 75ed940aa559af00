// SPDX-License-Identifier: Apache-2.0
// A running child process with pipes to stream through: as much as passes, none of it kept. What
// runs a command to its end and keeps its output is util/process.h.

#pragma once

#include <sys/types.h>

#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "util/bounded_output.h"
#include "util/environment.h"
#include "util/error.h"
#include "util/event.h"
#include "util/fd.h"
#include "util/resource_limits.h"

namespace gitsync::util {

enum class Stdio {
  kPipe,     // to us
  kNull,     // /dev/null
  kCollect,  // only standard error: a pipe that Child empties by itself, see collected_error()
};

struct ChildOptions {
  std::vector<std::string> argv;  // argv[0] as in util/spawn.h
  Environment environment;
  std::string working_directory = {};  // empty: ours
  ResourceLimits limits = {};          // as in util/spawn.h
  Stdio input = Stdio::kPipe;
  Stdio output = Stdio::kPipe;
  Stdio error = Stdio::kCollect;
  std::size_t error_limit = std::size_t{64} * 1024;  // bytes that are kept with kCollect
};

struct ChildEnd {
  int exit_status = 0;  // meaningful if signal == 0
  int signal = 0;       // the signal that ended the child, or 0

  bool ok() const { return exit_status == 0 && signal == 0; }
};

// What can be done with a child without blocking, or is to be waited for.
struct ChildEvents {
  bool input = false;   // bytes can be written, or the child does not read any more
  bool output = false;  // bytes or the end of its standard output can be read
  bool error = false;   // the same of standard error, with Stdio::kPipe
  bool end = false;     // it has ended
};

// A pipe holds 64 KiB: who writes more must read meanwhile what the child answers, by wait_for()
// with both `input` and `output`, write_some() and read_some(). Whoever does not read holds the
// child up, so that nothing piles up here.
//
// A child that has not ended is killed, with its group, when this is destroyed; what an ended one
// left behind is not. Its number stays its own until then. Move-only; of a moved-from Child only
// the destructor may be called. SIGPIPE must be ignored or blocked. To be started, used and
// destroyed in one thread (util/spawn.h).
class [[nodiscard]] Child {
 public:
  // Errors: as spawn().
  static Result<Child> start(const ChildOptions& options);
  Child(Child&& other) noexcept;
  Child& operator=(Child&& other) noexcept;
  ~Child();

  // Waits until at least one of the wanted events is there, and returns which are. Events of a pipe
  // that is closed or was never made do not come. Errors: kStopped, kTimeout by the limit, which
  // counts even while there always is something to do; an end that is wanted comes first.
  Result<ChildEvents> wait_for(const ChildEvents& wanted, const Limit& limit);

  // Waits for bytes and reads them, at most what `buffer` holds. 0 at the end of the stream.
  Result<std::size_t> read(std::span<char> buffer, const Limit& limit);
  // Writes all of `bytes`. Errors: by the limit; EPIPE if the child does not read any more.
  Result<void> write(std::string_view bytes, const Limit& limit);

  // The same without waiting: nullopt and 0 if nothing can be read or written now.
  Result<std::optional<std::size_t>> read_some(std::span<char> buffer);
  Result<std::size_t> write_some(std::string_view bytes);
  // Of standard error, with Stdio::kPipe.
  Result<std::optional<std::size_t>> read_some_error(std::span<char> buffer);
  // The child finds the end of its standard input.
  void close_input() { in_.reset(); }

  // What was read of standard error up to now, with Stdio::kCollect. Whatever waits reads it;
  // after the end this reads what is left, but does not wait for others that hold the pipe.
  std::string collected_error(const Scrub& scrub = {});

  // To the child and whatever else is in its group.
  void signal_group(int signal) const noexcept;
  // Whether and how it ended, without waiting.
  std::optional<ChildEnd> ended() const noexcept;
  // Waits for the end. Whoever has a pipe for its output must have read it to the end before.
  Result<ChildEnd> wait(const Limit& limit);

  pid_t pid() const noexcept { return pid_; }
  // Polls readable once the child has ended; -1 where the kernel or a seccomp profile has none.
  int pidfd() const noexcept { return pidfd_.get(); }
  // Our ends of the pipes for its output, for whoever goes on reading after the child ended. A
  // stream that was read to its end is empty.
  Fd take_output() noexcept { return std::move(out_); }
  Fd take_error() noexcept { return std::move(err_); }

 private:
  Child() = default;
  void end() noexcept;
  void collect_error();

  pid_t pid_ = -1;
  Fd pidfd_;
  Fd in_;
  Fd out_;
  Fd err_;
  std::optional<BoundedOutput> collected_;
};

}  // namespace gitsync::util
