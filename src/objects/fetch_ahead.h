// SPDX-License-Identifier: Apache-2.0
// Gets many small contents at once, in the order in which one reader will ask for them, and never
// far ahead of it.

#pragma once

#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "util/error.h"
#include "util/event.h"

namespace gitsync::objects {

// Thread-safety: none but for what `fetch` is; belongs to one build.
class FetchAhead {
 public:
  // One for each thread, called only there: gets the content of the item with that number.
  using Fetch = std::function<util::Result<std::string>(std::size_t item)>;

  // `sizes`: of the items, in order. `window`: bytes that may wait for the reader.
  FetchAhead(std::vector<std::uint64_t> sizes, std::uint64_t window, util::Limit limit);
  FetchAhead(const FetchAhead&) = delete;
  FetchAhead& operator=(const FetchAhead&) = delete;
  // Waits for what is under way.
  ~FetchAhead();

  // Starts a thread. Errors: that of util::start_thread().
  util::Result<void> start(Fetch fetch);

  // The content of an item; those before it are not asked for any more. Waits for it.
  // Errors: those of `fetch`; by the limit.
  util::Result<std::string> take(std::size_t item);

 private:
  void run(const Fetch& fetch);
  bool may_go_on() const;
  void drop_before(std::size_t item);

  const std::vector<std::uint64_t> sizes_;
  const std::uint64_t window_;
  const util::Limit limit_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t next_ = 0;       // to be fetched
  std::size_t wanted_ = 0;     // all before it were taken
  std::uint64_t waiting_ = 0;  // bytes of what was begun and not taken
  bool given_up_ = false;
  std::map<std::size_t, std::string> done_;
  std::optional<util::Error> failure_;  // the first one ends all
  std::vector<std::jthread> threads_;
};

}  // namespace gitsync::objects
