// SPDX-License-Identifier: Apache-2.0
// What makes a folder of files a worktree of the repository, but for its index: small files that
// lead both ways (git-worktree(1), "DETAILS"; gitrepository-layout(5)).

#pragma once

#include <string>

#include "tree/layout.h"
#include "util/error.h"
#include "util/folder.h"

namespace gitsync::source {

// In the top directory of a worktree.
inline constexpr const char* kGitFile = ".git";

// Where git keeps what it knows of a worktree, below the root.
std::string worktree_metadata(const tree::Revision& revision);

// `metadata`: that folder. `tree`: the worktree's, wherever it still lies; it will be that of
// `revision`.
util::Result<void> write_worktree_pointers(const tree::Layout& layout,
                                           const tree::Revision& revision,
                                           const util::Folder& metadata, const util::Folder& tree);

// Whether git could read the index of a worktree, whoever has built it.
bool has_readable_index(const tree::Layout& layout, const tree::Revision& revision);

// After a power cut: those of a published tree are written again unless all are as they should be,
// and an index that cannot be read goes, so that git makes it anew.
util::Result<void> mend_worktree_pointers(const tree::Layout& layout,
                                          const tree::Revision& revision);

}  // namespace gitsync::source
