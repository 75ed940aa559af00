// SPDX-License-Identifier: Apache-2.0
// Whether a published tree still is what it claims to be, by a few system calls.

#pragma once

#include <string>

#include "tree/layout.h"
#include "tree/publisher.h"

namespace gitsync::source {

// Why the repository in the root may not know `shown` as its worktree at `shown.revision`; empty if
// nothing is odd. Looks at git's pointers both ways and at HEAD, not at the files.
std::string find_doubt_about(const tree::Layout& layout, const tree::Published& shown);

}  // namespace gitsync::source
