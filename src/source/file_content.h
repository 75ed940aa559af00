// SPDX-License-Identifier: Apache-2.0
// Whether a file of a worktree has the bytes of a blob, by their hash.

#pragma once

#include <string_view>

#include "git/object_hasher.h"
#include "git/object_id.h"
#include "util/folder.h"

namespace gitsync::source {

enum class ContentOf { kFile, kSymlink };

// Of what stands at `path` in `tree`; nothing on the way there or at its end is followed. False
// also of what is of another kind or cannot be read.
bool has_content(const util::Folder& tree, std::string_view path, ContentOf kind,
                 const git::ObjectId& blob, git::ObjectHasher& hasher);

}  // namespace gitsync::source
