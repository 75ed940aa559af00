// SPDX-License-Identifier: Apache-2.0
// Which names in a tree git checks out on Linux with its default settings: what it refuses could
// overwrite a repository's own files here or where the tree is copied to. Found by trying names
// with git 2.39; core.protectNTFS counts as true and core.protectHFS as false, so whoever finds
// them set otherwise leaves the checkout to git.

#pragma once

#include <string_view>

#include "git/tree_object.h"

namespace gitsync::git {

enum class NameVerdict {
  kAllowed,
  kRefused,        // git refuses the whole tree
  kNotUnderstood,  // only git knows
};

// About one name of a tree, which is a part of a path.
NameVerdict judge_name(std::string_view name, EntryMode mode);

}  // namespace gitsync::git
