// SPDX-License-Identifier: Apache-2.0
// One answer of a server, up to the flush that ends it, fed in any pieces.

#pragma once

#include <functional>
#include <string_view>

#include "git/pkt_line.h"
#include "util/error.h"

namespace gitsync::git {

// Whether a packet was the answer's last one.
enum class Packets { kMore, kOver };

class PacketFeed {
 public:
  using Handler = std::function<util::Result<Packets>(const Packet&)>;

  // Hands each packet to `handle`. Errors: what the framing or `handle` finds; server_error(),
  // if it sent an ERR line; kProtocol for bytes after an error or the end.
  util::Result<void> feed(std::string_view bytes, const Handler& handle);

  bool done() const { return state_ == State::kDone; }

 private:
  enum class State { kReading, kDone, kFailed };

  PktLineReader packets_;
  State state_ = State::kReading;
};

}  // namespace gitsync::git
