// SPDX-License-Identifier: Apache-2.0
// Makes room for rebuilding a published tree in its own place, while readers keep it.

#pragma once

#include "tree/layout.h"
#include "tree/publisher.h"

namespace gitsync::tree {

// Moves the suspect but published tree of `revision` out of `.worktrees/<revision>` to
// `.worktrees/.suspect.<random>/<revision>` and points the link there, so that readers have its
// content without a gap until its replacement is published. The last component of the link stays
// the revision. On failure the tree is where it was, or the link points at a whole copy.
util::Result<void> set_aside(const Layout& layout, const Revision& revision, Publisher& publisher);

}  // namespace gitsync::tree
