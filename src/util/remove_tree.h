// SPDX-License-Identifier: Apache-2.0
// Recursive removal that cannot leave the tree, whoever changes it meanwhile.

#pragma once

#include <cstddef>
#include <limits>
#include <string>
#include <string_view>

#include "util/error.h"
#include "util/event.h"
#include "util/folder.h"

namespace gitsync::util {

struct RemoveOptions {
  // Looked at between entries: kStopped and kTimeout leave the rest.
  Limit limit = {};
  // Gives up after so many entries that could not be removed.
  std::size_t failures = std::numeric_limits<std::size_t>::max();
};

// Removes the entry `path` of `folder`: a file, a symlink itself, or a directory with all in it.
// A missing one is success.
//
// No symlink is followed, and no other file system or bind mount that is mounted inside is
// entered: it is an error (EXDEV) that names it. Directories without permission are made
// accessible if we own them. An error does not end the work: all that can be removed is removed,
// and the first error comes back, with a hint that names who owns what was in the way.
//
// Memory and descriptors are bounded: one buffer of names and one descriptor for each of the
// deepest 64 levels, however many names or levels there are.
Result<void> remove_tree(const Folder& folder, std::string_view path,
                         const RemoveOptions& options = {});

}  // namespace gitsync::util
