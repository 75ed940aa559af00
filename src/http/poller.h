// SPDX-License-Identifier: Apache-2.0
// One thread that waits for many descriptors: epoll(7), level-triggered, with a function for each.

#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <unordered_map>

#include "util/error.h"
#include "util/event.h"
#include "util/fd.h"

namespace gitsync::http {

// Thread-safety: none; belongs to one thread.
class Poller {
 public:
  // Called with EPOLLIN and the like; may add, change and remove any descriptor, its own too.
  using Ready = std::function<void(std::uint32_t events)>;

  static util::Result<std::unique_ptr<Poller>> make();
  explicit Poller(util::Fd epoll) : epoll_(std::move(epoll)) {}

  // `fd` stays open until remove(). Without events (0) it is not looked at, not even for its end,
  // which epoll would otherwise report again and again.
  util::Result<void> add(int fd, std::uint32_t events, Ready ready);
  util::Result<void> change(int fd, std::uint32_t events);
  void remove(int fd);

  // Waits until something is ready or the deadline has passed, and calls the functions.
  util::Result<void> wait(util::Deadline deadline);

 private:
  struct Watch {
    std::uint32_t generation;  // so that an event of a closed descriptor is not its successor's
    std::uint32_t events;
    std::shared_ptr<Ready> ready;
  };
  void dispatch(std::uint64_t tag, std::uint32_t events) const;

  util::Fd epoll_;
  std::uint32_t generation_ = 0;
  std::unordered_map<int, Watch> watches_;
};

}  // namespace gitsync::http
