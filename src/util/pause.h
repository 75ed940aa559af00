// SPDX-License-Identifier: Apache-2.0
// A wait for nothing but time.

#pragma once

#include "util/event.h"

namespace gitsync::util {

// Returns at `until`, or earlier when the limit stops or expires: whoever goes on asks it.
void pause_until(Deadline until, const Limit& limit);

}  // namespace gitsync::util
