// SPDX-License-Identifier: Apache-2.0
// What a failed command of git means for the next one: whether it may have left locks, and whether
// the disk was full.

#pragma once

#include <string>

#include "util/error.h"

namespace gitsync::source {

// A server's refusal kills no git of ours, and a hook's git may hold a lock rightfully.
bool may_have_killed_git(const util::Error& error);

// Git does not always give the reason why it could not write a file of the tree, and by then it has
// removed its own temporary files; so the disk itself is asked, too.
bool is_disk_full(const util::Error& error, const std::string& root);

// Names the cause of an error of our own system calls in the root, as diagnosis.h does for git's.
util::Error blame_root(util::Error error);

}  // namespace gitsync::source
