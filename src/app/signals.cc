// SPDX-License-Identifier: Apache-2.0
#include "app/signals.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <cstring>

#include "app/signals_dump.h"
#include "util/thread.h"

namespace gitsync::app {
namespace {

constexpr std::array kTerminating{SIGTERM, SIGINT, SIGHUP};
constexpr std::array kDumping{SIGQUIT, SIGABRT, SIGTRAP, SIGSYS};
constexpr std::array kHarmless{SIGUSR1, SIGUSR2, SIGALRM, SIGPIPE,   SIGVTALRM, SIGPROF,
                               SIGXCPU, SIGXFSZ, SIGIO,   SIGSTKFLT, SIGPWR};

// A terminal signals its whole process group, and process 1 passes its own copy on, so one key
// press may arrive twice. A person who insists is slower than this.
constexpr std::chrono::milliseconds kSameKeyPress{100};

bool contains(const auto& signals, int signal) {
  return std::ranges::find(signals, signal) != signals.end();
}

bool is_ignored(int signal) {
  struct sigaction current = {};
  return ::sigaction(signal, nullptr, &current) == 0 && current.sa_handler == SIG_IGN;
}

}  // namespace

Signals::Signals(Key /*key*/, SignalOptions options) : options_(std::move(options)) {
  block_the_meaningful();
  ignore_the_harmless();
}

util::Result<std::unique_ptr<Signals>> Signals::start(SignalOptions options) {
  auto signals = std::make_unique<Signals>(Key{}, std::move(options));
  signals->signals_ = util::Fd(::signalfd(-1, &signals->watched_, SFD_CLOEXEC | SFD_NONBLOCK));
  if (!signals->signals_) return util::fail(util::sys_error("signalfd"));
  GS_TRY(signals->thread_,
         util::start_thread("signals", [self = signals.get()] { self->serve(); }));
  return signals;
}

Signals::~Signals() {
  quit_.set();
  if (thread_.joinable()) thread_.join();
  for (const auto& [signal, action] : inherited_) ::sigaction(signal, &action, nullptr);
  ::pthread_sigmask(SIG_SETMASK, &inherited_mask_, nullptr);
}

// A blocked signal is queued even if it is ignored; so those inherited as ignored stay unblocked,
// except the one that the user chose.
void Signals::block_the_meaningful() {
  ::sigemptyset(&watched_);
  for (const int signal : kTerminating) {
    if (!is_ignored(signal)) ::sigaddset(&watched_, signal);
  }
  for (const int signal : kDumping) {
    if (!is_ignored(signal)) ::sigaddset(&watched_, signal);
  }
  if (options_.sync_signal > 0) ::sigaddset(&watched_, options_.sync_signal);
  ::pthread_sigmask(SIG_SETMASK, &watched_, &inherited_mask_);
}

void Signals::ignore_the_harmless() {
  const auto change = [this](int signal, void (*handler)(int)) {
    struct sigaction action = {};
    action.sa_handler = handler;
    struct sigaction before = {};
    if (::sigaction(signal, &action, &before) == 0) inherited_.emplace_back(signal, before);
  };
  for (const int signal : kHarmless) change(signal, SIG_IGN);
  for (int signal = SIGRTMIN; signal <= SIGRTMAX; ++signal) change(signal, SIG_IGN);
  // The children of a process that ignores it vanish without leaving their exit status.
  change(SIGCHLD, SIG_DFL);
}

void Signals::serve() {
  while (true) {
    const auto limit = stopped_at_ == util::Deadline::max() ? util::Deadline::max()
                                                            : stopped_at_ + options_.stop_limit;
    std::array<pollfd, 2> fds{{{signals_.get(), POLLIN, 0}, {quit_.fd(), POLLIN, 0}}};
    ::poll(fds.data(), fds.size(), util::poll_timeout(limit));
    if (quit_.is_set()) return;
    signalfd_siginfo info = {};
    while (::read(signals_.get(), &info, sizeof info) == static_cast<ssize_t>(sizeof info)) {
      // Chosen as the sync signal, SIGCHLD of our own children would be answered with new ones.
      const bool from_kernel = info.ssi_code > 0;  // siginfo_t, sigaction(2)
      if (info.ssi_signo == SIGCHLD && from_kernel) continue;
      handle(static_cast<int>(info.ssi_signo));
    }
    if (util::SteadyClock::now() >= limit) force_end();
  }
}

void Signals::handle(int signal) {
  const bool sync = signal == options_.sync_signal;
  if (sync && !syncing_ && !contains(kTerminating, signal) && !contains(kDumping, signal)) return;
  // The end begins before its record, which a stuck reader of the log may hold up.
  const bool ending = contains(kTerminating, signal) && !(sync && syncing_);
  if (ending) terminate(signal);
  if (options_.on_caught) options_.on_caught(signal);
  if (ending) return;
  if (sync && syncing_) {
    if (options_.wake != nullptr) options_.wake->set();
  } else {
    write_dump(signal);
    // Last, so that other threads have no time to make new ones.
    if (options_.before_forced_end) options_.before_forced_end();
    ::_exit(2);
  }
}

void Signals::terminate(int signal) {
  const auto now = util::SteadyClock::now();
  if (terminating_ == 0) {
    terminating_ = signal;
    stopped_at_ = now;
    if (options_.stop != nullptr) options_.stop->set();
  } else if (now - stopped_at_ >= kSameKeyPress) {
    force_end();
  }
}

void Signals::force_end() {
  if (options_.before_forced_end) options_.before_forced_end();
  die_by_signal(terminating_);
}

void die_by_signal(int signal) {
  struct sigaction by_default = {};
  by_default.sa_handler = SIG_DFL;
  ::sigaction(signal, &by_default, nullptr);
  sigset_t only;
  ::sigemptyset(&only);
  ::sigaddset(&only, signal);
  ::pthread_sigmask(SIG_UNBLOCK, &only, nullptr);
  ::raise(signal);
  // Process 1 of a container does not die by its own signals.
  ::_exit(128 + signal);
}

std::string signal_name(int signal) {
  if (const char* name = ::sigabbrev_np(signal)) return std::string("SIG") + name;
  if (signal >= SIGRTMIN && signal <= SIGRTMAX) {
    return "SIGRTMIN+" + std::to_string(signal - SIGRTMIN);
  }
  return "signal " + std::to_string(signal);
}

void open_standard_streams() {
  for (const int fd : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (::fcntl(fd, F_GETFD) >= 0) continue;
    // The lowest free number is given, which is `fd`. Without /dev/null the directory holds the
    // place: reading it and writing to it fail.
    if (::open("/dev/null", O_RDWR) < 0 && ::open("/", O_RDONLY) < 0) std::abort();
  }
}

}  // namespace gitsync::app
