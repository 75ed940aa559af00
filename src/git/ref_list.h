// SPDX-License-Identifier: Apache-2.0
// All objects that refs of a repository lead to, those of its worktrees included: what must stay
// when garbage is removed (git-gc(1), "NOTES"; git-worktree(1), "REFS").

#pragma once

#include <string>
#include <vector>

#include "git/object_id.h"
#include "util/error.h"

namespace gitsync::git {

// Sorted, each once: what HEAD, refs/ and packed-refs lead to, and the same of each worktree. Names
// that lead to nothing are left out. `git_dir`: absolute, that of the repository.
// Errors: as RefStore; kNotUnderstood for files in refs/ whose name no ref has.
util::Result<std::vector<ObjectId>> list_ref_targets(const std::string& git_dir);

}  // namespace gitsync::git
