// SPDX-License-Identifier: Apache-2.0
#include "util/event.h"

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdint>
#include <exception>
#include <limits>
#include <system_error>
#include <vector>

namespace gitsync::util {

namespace {

// Made here and not thrown: nobody is meant to catch it but the last words of the program.
std::exception_ptr no_descriptor(int code) {
  return std::make_exception_ptr(
      std::system_error(code, std::generic_category(), "create an event"));
}

}  // namespace

Event::Event() : fd_(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
  if (!fd_) std::rethrow_exception(no_descriptor(errno));
}

// A descriptor of epoll(7) polls readable while one that it watches does.
Event::Event(std::span<const Event* const> any_of) : fd_(::epoll_create1(EPOLL_CLOEXEC)) {
  if (!fd_) std::rethrow_exception(no_descriptor(errno));
  for (const Event* const event : any_of) {
    epoll_event wanted{.events = EPOLLIN, .data = {}};
    if (::epoll_ctl(fd_.get(), EPOLL_CTL_ADD, event->fd(), &wanted) != 0) {
      std::rethrow_exception(no_descriptor(errno));
    }
  }
}

void Event::set() const noexcept {
  const std::uint64_t one = 1;
  // EAGAIN means that the counter is full, so the flag is set already.
  [[maybe_unused]] const auto written = ::write(fd_.get(), &one, sizeof one);
}

bool Event::is_set() const noexcept {
  pollfd p{.fd = fd_.get(), .events = POLLIN, .revents = 0};
  return ::poll(&p, 1, 0) == 1;
}

bool Event::consume() const noexcept {
  std::uint64_t count = 0;
  return ::read(fd_.get(), &count, sizeof count) == static_cast<ssize_t>(sizeof count);
}

Result<void> Limit::check() const {
  if (stopped()) return fail(ErrorKind::kStopped, "stopped");
  if (expired()) return fail(ErrorKind::kTimeout, "deadline exceeded");
  return {};
}

Limit Limit::within(SteadyClock::duration time) const {
  const auto now = SteadyClock::now();
  const auto other = time > Deadline::max() - now ? Deadline::max() : now + time;
  return {.deadline = std::min(deadline, other), .stop = stop};
}

int poll_timeout(Deadline deadline) noexcept {
  if (deadline == Deadline::max()) return -1;
  const auto left =
      std::chrono::ceil<std::chrono::milliseconds>(deadline - SteadyClock::now()).count();
  return static_cast<int>(std::clamp<decltype(left)>(left, 0, std::numeric_limits<int>::max()));
}

int wait_for_any(std::span<const Event* const> events, Deadline deadline) {
  std::vector<pollfd> fds;
  for (const Event* event : events)
    fds.push_back({.fd = event->fd(), .events = POLLIN, .revents = 0});
  while (true) {
    const int ready = ::poll(fds.data(), fds.size(), poll_timeout(deadline));
    for (std::size_t i = 0; ready > 0 && i < fds.size(); ++i) {
      if (fds[i].revents != 0) return static_cast<int>(i);
    }
    if (ready <= 0 && SteadyClock::now() >= deadline) return -1;
  }
}

}  // namespace gitsync::util
