// SPDX-License-Identifier: Apache-2.0
// Waiting for descriptors under a limit.

#pragma once

#include <poll.h>

#include <span>

#include "util/event.h"

namespace gitsync::util {

// Waits until one of them has an event, and sets their `revents`. Entries with a negative
// descriptor are left out. Errors: kStopped, kTimeout by the limit, which counts even while there
// always is something to do.
Result<void> wait_for_descriptors(std::span<pollfd> wanted, const Limit& limit);

}  // namespace gitsync::util
