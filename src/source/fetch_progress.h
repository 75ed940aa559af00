// SPDX-License-Identifier: Apache-2.0
// What the log tells of a fetch: that a long one goes on, and what the server says of its work.

#pragma once

#include <string_view>

#include "git/pack_receiver.h"
#include "log/logger.h"
#include "util/event.h"

namespace gitsync::source {

// Thread-safety: none; belongs to one fetch.
class FetchProgress {
 public:
  explicit FetchProgress(log::Logger logger);

  // With each piece; one line every ten seconds.
  void note(const git::PackReceiver& receiver);
  // A line of the server's.
  void say(std::string_view words) const;
  void finish(const git::PackSummary& pack, const git::PackReceiver& receiver) const;

 private:
  const log::Logger log_;
  const util::SteadyClock::time_point start_ = util::SteadyClock::now();
  util::SteadyClock::time_point next_;
};

}  // namespace gitsync::source
