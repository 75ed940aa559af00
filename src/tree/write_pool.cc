// SPDX-License-Identifier: Apache-2.0
#include "tree/write_pool.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "util/thread.h"

namespace gitsync::tree {

using util::Result;

namespace {

constexpr std::size_t kMostBytes = std::size_t{4} << 20;
constexpr std::size_t kMostJobs = 256;
// How often who waits looks whether it should stop.
constexpr std::chrono::milliseconds kLook{100};

}  // namespace

WritePool::WritePool(std::size_t width, const util::Limit& limit) : width_(width), limit_(limit) {}

WritePool::~WritePool() {
  {
    const std::scoped_lock lock(mutex_);
    given_up_ = true;
  }
  more_.notify_all();
  threads_.clear();  // joins
}

Result<void> WritePool::add(const Load& load, Job job) {
  if (!is_wide()) return job();
  std::unique_lock lock(mutex_);
  GS_TRY_VOID(wait_until(lock, [&] {
    const bool has_room = bytes_ == 0 || bytes_ + load.bytes <= kMostBytes;
    return has_room && waiting_.size() < kMostJobs;
  }));
  GS_TRY_VOID(ensure_thread());
  bytes_ += load.bytes;
  waiting_.push_back({.load = load, .job = std::move(job)});
  more_.notify_one();
  return {};
}

// One that cannot be had is no loss, if there is another.
Result<void> WritePool::ensure_thread() {
  if (idle_ > waiting_.size() || threads_.size() >= width_) return {};
  auto thread = util::start_thread("tree writer", [this] { work(); });
  if (thread) {
    threads_.push_back(std::move(*thread));
    ++idle_;
    return {};
  }
  return threads_.empty() ? util::fail(std::move(thread).error()) : Result<void>{};
}

Result<void> WritePool::wait_until(std::unique_lock<std::mutex>& lock,
                                   const std::function<bool()>& is_done) {
  while (true) {
    if (failure_) return util::fail(*failure_);
    if (is_done()) return {};
    GS_TRY_VOID(limit_.check());
    less_.wait_for(lock, kLook);
  }
}

Result<void> WritePool::wait_until(const std::function<bool()>& is_done) {
  std::unique_lock lock(mutex_);
  return wait_until(lock, is_done);
}

Result<void> WritePool::finish() {
  return wait_until([this] { return waiting_.empty() && busy_.empty(); });
}

// The first one in a folder where nobody is at work, or else the first one.
WritePool::Waiting WritePool::take_next() {
  auto next = std::ranges::find_if(waiting_, [this](const Waiting& waiting) {
    return std::ranges::find(busy_, waiting.load.folder) == busy_.end();
  });
  if (next == waiting_.end()) next = waiting_.begin();
  Waiting taken = std::move(*next);
  waiting_.erase(next);
  return taken;
}

// Who starts a thread counts it as idle.
void WritePool::work() {
  std::unique_lock lock(mutex_);
  while (true) {
    more_.wait(lock, [this] { return given_up_ || !waiting_.empty(); });
    if (given_up_) return;
    Waiting next = take_next();
    --idle_;
    busy_.push_back(next.load.folder);
    lock.unlock();
    auto done = next.job();
    next.job = nullptr;
    lock.lock();
    if (!done && !failure_) failure_ = std::move(done).error();
    given_up_ = given_up_ || failure_;
    bytes_ -= next.load.bytes;
    busy_.erase(std::ranges::find(busy_, next.load.folder));
    ++idle_;
    less_.notify_one();
  }
}

}  // namespace gitsync::tree
