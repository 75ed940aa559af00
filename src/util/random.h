// SPDX-License-Identifier: Apache-2.0
// Chance, for what must not happen at the same moment or in the same order everywhere. Not for
// secrets.

#pragma once

#include <chrono>
#include <cstdint>

namespace gitsync::util {

// Less than `count`, which is not 0. It is 0 while the kernel has no randomness yet.
// Thread-safety: any thread.
std::uint64_t random_below(std::uint64_t count);

// Less than `time`; zero if that is not positive.
std::chrono::nanoseconds random_part_of(std::chrono::nanoseconds time);

}  // namespace gitsync::util
