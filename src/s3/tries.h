// SPDX-License-Identifier: Apache-2.0
// How often a request is repeated, and how long to wait before.

#pragma once

#include <chrono>
#include <string_view>

#include "util/error.h"
#include "util/event.h"

namespace gitsync::s3 {

// Of one request. Thread-safety: none.
class Tries {
 public:
  // The first one counts.
  static constexpr int kMost = 6;

  // Waits before the next try: from 100-200 ms doubling to 5-10 s, or as long as the server asks
  // for by Retry-After (seconds, RFC 9110, 10.2.3). False at once if there is no try left, or if
  // the limit would pass meanwhile. Errors: kStopped.
  util::Result<bool> wait(std::string_view retry_after, const util::Limit& limit);

 private:
  util::SteadyClock::duration pause(std::string_view retry_after) const;

  int done_ = 1;
};

}  // namespace gitsync::s3
