// SPDX-License-Identifier: Apache-2.0
// A copy of a tree, for the moment in which readers need a second one.

#pragma once

#include <string>

#include "util/error.h"

namespace gitsync::tree {

// Copies the folder `from` to `to`, which is not there yet: folders, files and symlinks, with what
// the umask leaves of their modes, and nothing else of them. No mode is changed afterwards, which a
// network volume may refuse (std::filesystem::copy() would). Errors leave a part of it.
util::Result<void> copy_tree(const std::string& from, const std::string& to);

}  // namespace gitsync::tree
