// SPDX-License-Identifier: Apache-2.0
#include "objects/fetch_ahead.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "util/thread.h"

namespace gitsync::objects {

using util::Result;

namespace {

// How often a reader that waits looks whether it should stop; each fetch looks by itself.
constexpr std::chrono::milliseconds kLook{100};

}  // namespace

FetchAhead::FetchAhead(std::vector<std::uint64_t> sizes, std::uint64_t window, util::Limit limit)
    : sizes_(std::move(sizes)), window_(window), limit_(limit) {}

FetchAhead::~FetchAhead() {
  {
    const std::scoped_lock lock(mutex_);
    given_up_ = true;
  }
  changed_.notify_all();
  threads_.clear();  // joins
}

Result<void> FetchAhead::start(Fetch fetch) {
  GS_TRY(auto thread,
         util::start_thread("fetch ahead", [this, fetch = std::move(fetch)] { run(fetch); }));
  threads_.push_back(std::move(thread));
  return {};
}

// What the reader waits for comes whatever its size.
bool FetchAhead::may_go_on() const {
  return given_up_ || next_ >= sizes_.size() || next_ <= wanted_ ||
         waiting_ + sizes_[next_] <= window_;
}

void FetchAhead::run(const Fetch& fetch) {
  std::unique_lock lock(mutex_);
  for (;;) {
    changed_.wait(lock, [this] { return may_go_on(); });
    if (given_up_ || next_ >= sizes_.size()) return;
    const std::size_t item = next_++;
    waiting_ += sizes_[item];
    lock.unlock();
    auto content = fetch(item);
    lock.lock();
    if (content) {
      done_.emplace(item, std::move(*content));
    } else {
      failure_ = std::move(content).error();
    }
    given_up_ = given_up_ || failure_;
    changed_.notify_all();
  }
}

// Those that the reader has passed by.
void FetchAhead::drop_before(std::size_t item) {
  while (!done_.empty() && done_.begin()->first < item) {
    waiting_ -= sizes_[done_.begin()->first];
    done_.erase(done_.begin());
  }
}

Result<std::string> FetchAhead::take(std::size_t item) {
  std::unique_lock lock(mutex_);
  wanted_ = item;
  next_ = std::max(next_, item);
  drop_before(item);
  changed_.notify_all();
  while (!done_.contains(item)) {
    if (failure_) return util::fail(*failure_);
    GS_TRY_VOID(limit_.check());
    changed_.wait_for(lock, kLook);
  }
  auto content = std::move(done_.extract(item).mapped());
  waiting_ -= sizes_[item];
  changed_.notify_all();
  return content;
}

}  // namespace gitsync::objects
