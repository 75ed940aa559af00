// SPDX-License-Identifier: Apache-2.0
#include "app/pid1.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>

#include "util/fd.h"
#include "util/files.h"

namespace gitsync::app {
namespace {

// What the process inherited and the child must find again.
struct Inherited {
  const util::ResourceLimits& limits;
  sigset_t mask;
  struct sigaction child_disposition;  // of SIGCHLD, the only one that init changes
};

int init_failed(const char* what, int code) {
  const std::string line = "git-sync: process 1: " + util::sys_error(what, code).message + "\n";
  std::fputs(line.c_str(), stderr);
  return kInitFailed;
}

// Blocks every signal, so that each waits until it is asked for. SIGCHLD gets its default action
// because a child of a process that ignores it vanishes without leaving its exit status.
Inherited take_over_signals(sigset_t& all, const util::ResourceLimits& limits) {
  Inherited inherited = {.limits = limits, .mask = {}, .child_disposition = {}};
  ::sigfillset(&all);
  ::pthread_sigmask(SIG_SETMASK, &all, &inherited.mask);
  struct sigaction by_default = {};
  by_default.sa_handler = SIG_DFL;
  ::sigaction(SIGCHLD, &by_default, &inherited.child_disposition);
  return inherited;
}

[[noreturn]] void become_program(const char* program, char* const* argv, const Inherited& inherited,
                                 int report) {
  ::sigaction(SIGCHLD, &inherited.child_disposition, nullptr);
  ::pthread_sigmask(SIG_SETMASK, &inherited.mask, nullptr);
  util::apply(inherited.limits);
  ::execv(program, argv);
  const int code = errno;
  [[maybe_unused]] const auto written = ::write(report, &code, sizeof code);
  ::_exit(kInitFailed);
}

// Starts the child and waits until it runs the program. Returns 0 and sets errno if it does not.
pid_t start(const char* program, char* const* argv, const Inherited& inherited) {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return 0;
  const util::Fd reader(ends[0]);
  util::Fd writer(ends[1]);
  const pid_t child = ::fork();
  if (child < 0) return 0;
  if (child == 0) become_program(program, argv, inherited, writer.get());
  writer.reset();
  // The pipe closes by itself when exec succeeds; else it carries the reason.
  int code = 0;
  if (::read(reader.get(), &code, sizeof code) != static_cast<ssize_t>(sizeof code)) return child;
  ::waitpid(child, nullptr, 0);
  errno = code;
  return 0;
}

// Reaps every child that has ended, orphans included. Returns the exit status if `child` is one.
std::optional<int> reap(pid_t child) {
  std::optional<int> result;
  while (true) {
    int status = 0;
    const pid_t ended = ::waitpid(-1, &status, WNOHANG);
    if (ended <= 0) return result;
    if (ended != child) continue;
    result = WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
  }
}

// The path behind /proc/self/exe if it still names this program, so that the child shows in ps(1)
// and pgrep(1) by its name and not as "exe".
std::string own_program() {
  std::string link = "/proc/self/exe";
  const auto path = util::read_link(link).value_or(std::nullopt);
  struct stat running = {};
  struct stat named = {};
  if (!path || ::stat(link.c_str(), &running) != 0 || ::stat(path->c_str(), &named) != 0)
    return link;
  return running.st_dev == named.st_dev && running.st_ino == named.st_ino ? *path : link;
}

}  // namespace

bool is_init() noexcept { return ::getpid() == 1; }

int run_as_init(char* const* argv, const util::ResourceLimits& inherited) {
  std::fputs("git-sync: running as process 1: starting the program as a child\n", stderr);
  return supervise(own_program().c_str(), argv, inherited);
}

int supervise(const char* program, char* const* argv, const util::ResourceLimits& limits) {
  sigset_t all;
  const Inherited inherited = take_over_signals(all, limits);
  const pid_t child = start(program, argv, inherited);
  if (child == 0) return init_failed(program, errno);
  while (true) {
    const int signal = ::sigwaitinfo(&all, nullptr);
    if (signal < 0 && errno != EINTR) return init_failed("wait for signals", errno);
    // Until reap() below the child is at least a zombie, so its number cannot be another's.
    if (signal > 0 && signal != SIGCHLD && ::kill(child, signal) != 0) {
      return init_failed("pass on a signal", errno);
    }
    if (const auto status = reap(child)) return *status;
  }
}

}  // namespace gitsync::app
