// SPDX-License-Identifier: Apache-2.0
#include "util/output_drain.h"

#include <poll.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <utility>

#include "util/thread.h"

namespace gitsync::util {
namespace {

// A pipe's worth at a time, so that a service that writes without end does not keep us busy.
constexpr std::size_t kAtOnce = std::size_t{64} << 10;
constexpr std::chrono::milliseconds kPause{20};

void read_some(Fd& pipe) {
  std::array<char, 16384> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): not used
  for (std::size_t seen = 0; seen < kAtOnce;) {
    const auto n = ::read(pipe.get(), buffer.data(), buffer.size());
    if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) pipe.reset();
    if (n <= 0) return;
    seen += static_cast<std::size_t>(n);
  }
}

}  // namespace

OutputDrain::~OutputDrain() { stop_.set(); }  // then thread_ joins

void OutputDrain::adopt(Fd pipe) {
  if (!pipe) return;
  const MutexLock lock(mutex_);
  if (!thread_) {
    auto started = start_thread("output drain", [this] { serve(); });
    if (!started) return;
    thread_ = *std::move(started);
  }
  if (count_ == kMost) return;
  ++count_;
  adopted_.push_back(std::move(pipe));
  arrived_.set();
}

void OutputDrain::serve() {
  std::vector<Fd> pipes;
  const std::array<const Event*, 1> stop{&stop_};
  while (!stop_.is_set()) {
    wait(pipes);
    for (auto& pipe : pipes) read_some(pipe);
    const auto ended = std::erase_if(pipes, [](const Fd& pipe) { return !pipe; });
    {
      const MutexLock lock(mutex_);
      count_ -= ended;
    }
    wait_for_any(stop, SteadyClock::now() + kPause);
  }
}

void OutputDrain::wait(std::vector<Fd>& pipes) {
  std::vector<pollfd> fds{{stop_.fd(), POLLIN, 0}, {arrived_.fd(), POLLIN, 0}};
  for (const auto& pipe : pipes) fds.push_back({pipe.get(), POLLIN, 0});
  ::poll(fds.data(), fds.size(), -1);
  const MutexLock lock(mutex_);
  arrived_.consume();
  for (auto& pipe : adopted_) pipes.push_back(std::move(pipe));
  adopted_.clear();
}

}  // namespace gitsync::util
