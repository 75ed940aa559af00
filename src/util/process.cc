// SPDX-License-Identifier: Apache-2.0
#include "util/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cerrno>
#include <cstring>

#include "util/bounded_output.h"
#include "util/fd.h"
#include "util/spawn.h"

namespace gitsync::util {
namespace {

// Time between SIGTERM and SIGKILL for a child past its limit: git uses it to remove its locks.
constexpr std::chrono::milliseconds kGrace{300};

// Milliseconds between questions where pidfd_open(2) does not work (a seccomp profile may refuse
// it).
constexpr int kAskEvery = 10;

struct Pipe {
  Fd read;
  Fd write;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail(sys_error("pipe"));
  return Pipe{Fd(ends[0]), Fd(ends[1])};
}

void set_nonblocking(const Fd& fd) {
  ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) | O_NONBLOCK);
}

// A running child with its three pipes.
class Child {
 public:
  static Result<Child> start(const Command& command, const Environment& environment) {
    Child child;
    GS_TRY(auto in, make_pipe());
    GS_TRY(auto out, make_pipe());
    GS_TRY(auto err, make_pipe());
    GS_TRY(child.pid_, spawn({.argv = command.argv,
                              .environment = environment,
                              .working_directory = command.working_directory,
                              .standard_input = in.read.get(),
                              .standard_output = out.write.get(),
                              .standard_error = err.write.get()}));
    child.pidfd_ = Fd(static_cast<int>(::syscall(SYS_pidfd_open, child.pid_, 0)));
    child.in_ = std::move(in.write);
    child.out_ = std::move(out.read);
    child.err_ = std::move(err.read);
    for (const Fd* fd : {&child.in_, &child.out_, &child.err_}) set_nonblocking(*fd);
    return child;
  }

  // Feeds and reads until the child has ended (true) or the limit is reached (false).
  bool pump(const Command& command, const Limit& limit) {
    while (true) {
      if (!write_input(command.standard_input)) in_.reset();
      std::array<pollfd, 5> fds{{{pidfd_.get(), POLLIN, 0},
                                 {out_.get(), POLLIN, 0},
                                 {err_.get(), POLLIN, 0},
                                 {in_.get(), POLLOUT, 0},
                                 {limit.stop != nullptr ? limit.stop->fd() : -1, POLLIN, 0}}};
      int wait = poll_timeout(limit.deadline);
      if (!pidfd_) wait = wait < 0 ? kAskEvery : std::min(wait, kAskEvery);
      ::poll(fds.data(), fds.size(), wait);
      read_output();
      if (ended()) return true;
      if (limit.stopped() || limit.expired()) return false;
    }
  }

  void signal_group(int signal) const { ::kill(-pid_, signal); }

  // Waits for the end at most until `deadline`, reading on so that the child is not stuck.
  bool wait_until(Deadline deadline) { return pump({}, {.deadline = deadline}); }

  pid_t pid() const { return pid_; }

  // Blocks until the child has ended, without reaping it: its id stays its own.
  void await_end() const {
    siginfo_t info{};
    while (::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOWAIT) != 0 &&
           errno == EINTR) {
    }
  }

  void reap() {
    while (!ended_ && ::waitpid(pid_, &status_, 0) < 0 && errno == EINTR) {
    }
    ended_ = true;
  }

  void read_output() {
    drain(out_, out_text_);
    drain(err_, err_text_);
  }

  void set_output_limit(std::size_t bytes) {
    out_text_ = BoundedOutput(bytes);
    err_text_ = BoundedOutput(bytes);
  }

  ProcessResult result(const Scrub& scrub) const {
    ProcessResult result;
    if (WIFEXITED(status_)) result.exit_status = WEXITSTATUS(status_);
    if (WIFSIGNALED(status_)) result.signal = WTERMSIG(status_);
    result.standard_output = out_text_.text(scrub);
    result.standard_error = err_text_.text(scrub);
    return result;
  }

 private:
  // Not reaped yet at this point, so the group id cannot have been given to anyone else.
  bool ended() const {
    siginfo_t info{};
    return ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
           info.si_pid == pid_;
  }

  // False when there is nothing more to write.
  bool write_input(std::string_view input) {
    while (in_ && written_ < input.size()) {
      const auto n = ::write(in_.get(), input.data() + written_, input.size() - written_);
      if (n < 0) return errno == EAGAIN || errno == EINTR;
      written_ += static_cast<std::size_t>(n);
    }
    return false;
  }

  static void drain(Fd& fd, BoundedOutput& text) {
    std::array<char, 16384> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): read below
    // At most one buffer's worth of rounds per poll, so that an endless writer meets its deadline.
    for (int round = 0; fd && round < 16; ++round) {
      const auto n = ::read(fd.get(), buffer.data(), buffer.size());
      if (n > 0) {
        text.append({buffer.data(), static_cast<std::size_t>(n)});
      } else if (n == 0 || (errno != EAGAIN && errno != EINTR)) {
        fd.reset();
      } else if (errno == EAGAIN) {
        return;
      }
    }
  }

  pid_t pid_ = -1;
  int status_ = 0;
  bool ended_ = false;
  std::size_t written_ = 0;
  Fd pidfd_;
  Fd in_;
  Fd out_;
  Fd err_;
  BoundedOutput out_text_{0};
  BoundedOutput err_text_{0};
};

}  // namespace

std::string ProcessResult::reason() const {
  if (signal == 0) return "exit status " + std::to_string(exit_status);
  const char* name = ::sigdescr_np(signal);
  std::string text = name != nullptr ? name : std::to_string(signal);
  for (char& c : text) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return "signal: " + text;
}

std::expected<ProcessResult, ProcessFailure> SystemProcessRunner::run(
    const Command& command, const Environment& environment, const Limit& limit) {
  if (auto open = limit.check(); !open) return std::unexpected(ProcessFailure{open.error(), {}});
  const auto start = SteadyClock::now();
  auto started = Child::start(command, environment);
  if (!started) return std::unexpected(ProcessFailure{std::move(started).error(), {}});
  Child& child = *started;
  {
    const std::lock_guard guard(mutex_);
    running_.insert(child.pid());
  }
  child.set_output_limit(command.output_limit);
  const bool done = child.pump(command, limit);
  if (!done) {
    child.signal_group(SIGTERM);
    child.wait_until(SteadyClock::now() + kGrace);
  }
  // A daemon that was started by a command which hung is not spared.
  if (!done || command.leftovers == Leftovers::kKill) child.signal_group(SIGKILL);
  child.await_end();
  {
    const std::lock_guard guard(mutex_);
    running_.erase(child.pid());
  }
  child.reap();
  child.read_output();
  auto result = child.result(command.scrub);
  result.duration = SteadyClock::now() - start;
  if (!done) {
    auto why = limit.check();
    if (!why) return std::unexpected(ProcessFailure{why.error(), std::move(result)});
  }
  return result;
}

void SystemProcessRunner::kill_all() {
  const std::lock_guard guard(mutex_);
  for (const pid_t pid : running_) ::kill(-pid, SIGKILL);
}

}  // namespace gitsync::util
