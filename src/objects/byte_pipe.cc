// SPDX-License-Identifier: Apache-2.0
#include "objects/byte_pipe.h"

#include <chrono>
#include <utility>

namespace gitsync::objects {

using util::Result;

namespace {

// How often who waits looks whether it should stop.
constexpr std::chrono::milliseconds kLook{100};

}  // namespace

Result<void> BytePipe::write(std::string_view bytes) {
  std::unique_lock lock(mutex_);
  while (!left_ && waiting_.size() >= kRoom) {
    GS_TRY_VOID(limit_.check());
    changed_.wait_for(lock, kLook);
  }
  if (left_) return util::fail(util::ErrorKind::kStopped, "nobody wants the rest");
  waiting_ += bytes;
  changed_.notify_all();
  return {};
}

void BytePipe::end(std::optional<util::Error> error) {
  const std::scoped_lock lock(mutex_);
  ended_ = true;
  error_ = std::move(error);
  changed_.notify_all();
}

Result<std::string_view> BytePipe::read() {
  std::unique_lock lock(mutex_);
  while (waiting_.empty() && !ended_) {
    GS_TRY_VOID(limit_.check());
    changed_.wait_for(lock, kLook);
  }
  // What came before an error is of no use.
  if (error_) return util::fail(*error_);
  given_ = std::exchange(waiting_, {});
  changed_.notify_all();
  return std::string_view(given_);
}

void BytePipe::leave() {
  const std::scoped_lock lock(mutex_);
  left_ = true;
  changed_.notify_all();
}

}  // namespace gitsync::objects
