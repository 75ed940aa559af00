// SPDX-License-Identifier: Apache-2.0
#include "http/poller.h"

#include <sys/epoll.h>

#include <array>
#include <cerrno>
#include <utility>

namespace gitsync::http {
namespace {

std::uint64_t tag_of(int fd, std::uint32_t generation) {
  return (std::uint64_t{generation} << 32) | static_cast<std::uint32_t>(fd);
}

}  // namespace

util::Result<std::unique_ptr<Poller>> Poller::make() {
  util::Fd epoll(::epoll_create1(EPOLL_CLOEXEC));
  if (!epoll) return util::fail(util::sys_error("epoll_create1"));
  return std::make_unique<Poller>(std::move(epoll));
}

util::Result<void> Poller::add(int fd, std::uint32_t events, Ready ready) {
  watches_[fd] = Watch{
      .generation = ++generation_, .events = 0, .ready = std::make_shared<Ready>(std::move(ready))};
  auto changed = change(fd, events);
  if (!changed) watches_.erase(fd);
  return changed;
}

util::Result<void> Poller::change(int fd, std::uint32_t events) {
  Watch& watch = watches_.at(fd);
  if (watch.events == events) return {};
  int operation = watch.events == 0 ? EPOLL_CTL_ADD : EPOLL_CTL_MOD;
  if (events == 0) operation = EPOLL_CTL_DEL;
  epoll_event event{.events = events, .data = {.u64 = tag_of(fd, watch.generation)}};
  if (::epoll_ctl(epoll_.get(), operation, fd, &event) != 0) {
    return util::fail(util::sys_error("epoll_ctl"));
  }
  watch.events = events;
  return {};
}

void Poller::remove(int fd) {
  const auto found = watches_.find(fd);
  if (found == watches_.end()) return;
  if (found->second.events != 0) ::epoll_ctl(epoll_.get(), EPOLL_CTL_DEL, fd, nullptr);
  watches_.erase(found);
}

util::Result<void> Poller::wait(util::Deadline deadline) {
  std::array<epoll_event, 64> events{};
  const int count = ::epoll_wait(epoll_.get(), events.data(), static_cast<int>(events.size()),
                                 util::poll_timeout(deadline));
  if (count < 0 && errno != EINTR) return util::fail(util::sys_error("epoll_wait"));
  for (int i = 0; i < count; ++i) {
    const auto& event = events.at(static_cast<std::size_t>(i));
    dispatch(event.data.u64, event.events);
  }
  return {};
}

void Poller::dispatch(std::uint64_t tag, std::uint32_t events) const {
  const auto found = watches_.find(static_cast<int>(static_cast<std::uint32_t>(tag)));
  if (found == watches_.end() || tag_of(found->first, found->second.generation) != tag) return;
  const auto ready = found->second.ready;  // outlives its removal by itself
  (*ready)(events);
}

}  // namespace gitsync::http
