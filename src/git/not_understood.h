// SPDX-License-Identifier: Apache-2.0
// The error by which native code says that only git knows what to do.

#pragma once

#include <string>
#include <utility>

#include "util/error.h"

namespace gitsync::git {

// `why`: a few words for the log.
inline std::unexpected<util::Error> not_understood(std::string why) {
  return util::fail(util::ErrorKind::kLocal, util::Cause::kNotUnderstood, std::move(why));
}

}  // namespace gitsync::git
