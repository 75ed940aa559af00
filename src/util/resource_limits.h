// SPDX-License-Identifier: Apache-2.0
// The resource limits that this process changes for itself and gives back to its children.

#pragma once

#include <sys/resource.h>

#include <cstddef>
#include <vector>

namespace gitsync::util {

struct ResourceLimit {
  int resource = 0;  // RLIMIT_...
  rlimit value = {};
};
using ResourceLimits = std::vector<ResourceLimit>;

// Forbids core dumps, which would hold the secrets of our memory, and raises the soft limit of open
// files to the hard one, as Go's runtime does. Returns what both were. To be called once, first of
// all; a limit that cannot be changed stays.
ResourceLimits harden_limits();

// The same but for core dumps, which stay forbidden: for children that hold secrets of ours.
ResourceLimits without_core_dumps(ResourceLimits limits);

// Sets the limits; those that cannot be set stay. Async-signal-safe.
void apply(const ResourceLimits& limits) noexcept;

// How many descriptors this process may have open now.
std::size_t open_file_limit() noexcept;

}  // namespace gitsync::util
