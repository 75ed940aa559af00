// SPDX-License-Identifier: Apache-2.0
// Files of a worktree that are not what its index says, by their hash.

#pragma once

#include <cstddef>

#include "tree/layout.h"
#include "tree/publisher.h"
#include "util/error.h"
#include "util/event.h"

namespace gitsync::source {

// Hashes each file of the tree that the index lists, and gives a new mtime to those that are not as
// it says: then whoever compares stat data with it, as git does, reads them. Returns how many there
// are, missing ones included. Files that git converts at checkout are among them; that costs a
// look. Errors: the index cannot be read (then nobody takes the tree for whole); by the limit.
util::Result<std::size_t> expose_lost_content(const tree::Layout& layout,
                                              const tree::Published& shown,
                                              const util::Limit& limit);

}  // namespace gitsync::source
