// SPDX-License-Identifier: Apache-2.0
// The error by which readers of a repository say that it is damaged.

#pragma once

#include <string>
#include <utility>

#include "util/error.h"

namespace gitsync::git {

// `what` names what is damaged.
inline std::unexpected<util::Error> corrupt(std::string what) {
  return util::fail(util::ErrorKind::kCorrupt, std::move(what));
}

}  // namespace gitsync::git
