// SPDX-License-Identifier: Apache-2.0
#include "util/random.h"

#include <sys/random.h>

namespace gitsync::util {

std::uint64_t random_below(std::uint64_t count) {
  std::uint64_t value = 0;
  if (::getrandom(&value, sizeof value, GRND_NONBLOCK) != sizeof value) return 0;
  return value % count;
}

std::chrono::nanoseconds random_part_of(std::chrono::nanoseconds time) {
  if (time.count() <= 0) return std::chrono::nanoseconds(0);
  return std::chrono::nanoseconds(random_below(static_cast<std::uint64_t>(time.count())));
}

}  // namespace gitsync::util
