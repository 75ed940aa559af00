// SPDX-License-Identifier: Apache-2.0
// Hands bytes from a thread that is given them to one that asks for them, in bounded memory.

#pragma once

#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "util/error.h"
#include "util/event.h"

namespace gitsync::objects {

// One writer and one reader, each in a thread of its own.
class BytePipe {
 public:
  explicit BytePipe(const util::Limit& limit) : limit_(limit) {}
  BytePipe(const BytePipe&) = delete;
  BytePipe& operator=(const BytePipe&) = delete;

  // Waits for room. Errors: kStopped once the reader has gone; by the limit.
  util::Result<void> write(std::string_view bytes);
  // The last call of the writer: all is there, or what went wrong.
  void end(std::optional<util::Error> error);

  // The next piece, valid until the next call; empty at the end. Errors: the writer's; by the
  // limit.
  util::Result<std::string_view> read();
  // Nobody reads any more.
  void leave();

 private:
  static constexpr std::size_t kRoom = std::size_t{256} << 10;

  const util::Limit limit_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::string waiting_;
  std::string given_;  // to the reader
  bool ended_ = false;
  bool left_ = false;
  std::optional<util::Error> error_;
};

}  // namespace gitsync::objects
