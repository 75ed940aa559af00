// SPDX-License-Identifier: Apache-2.0
// Makes room for rebuilding a published tree in its own place, while readers keep it.

#pragma once

#include "worktree/layout.h"
#include "worktree/publisher.h"

namespace gitsync::worktree {

// Moves the suspect but published tree of `commit` out of `.worktrees/<commit>` to
// `.worktrees/.suspect.<random>/<commit>` and points the link there, so that readers have its
// content without a gap until its replacement is published. The last component of the link stays
// the commit. On failure the tree is where it was, or the link points at a whole copy.
util::Result<void> set_aside(const Layout& layout, const git::Oid& commit, Publisher& publisher);

}  // namespace gitsync::worktree
