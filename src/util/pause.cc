// SPDX-License-Identifier: Apache-2.0
#include "util/pause.h"

#include <algorithm>
#include <span>

namespace gitsync::util {

void pause_until(Deadline until, const Limit& limit) {
  const auto stop =
      limit.stop != nullptr ? std::span(&limit.stop, 1) : std::span<const Event* const>();
  wait_for_any(stop, std::min(until, limit.deadline));
}

}  // namespace gitsync::util
