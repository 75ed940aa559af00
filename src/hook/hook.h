// SPDX-License-Identifier: Apache-2.0
// What a hook is to its runner: something to do for a hash.

#pragma once

#include <string>

#include "util/error.h"
#include "util/event.h"

namespace gitsync::hook {

class Hook {
 public:
  virtual ~Hook() = default;
  // One attempt. Bounded by the hook's own timeout and by `limit`.
  // Errors: kStopped if the limit's stop ended it; any other is a failure that may be retried.
  virtual util::Result<void> run(const std::string& hash, const util::Limit& limit) = 0;
};

}  // namespace gitsync::hook
