// SPDX-License-Identifier: Apache-2.0
// How large a published tree is, for the one line that says what was published.

#pragma once

#include <cstdint>
#include <string>

namespace gitsync::tree {

struct TreeSize {
  std::int64_t files = 0;  // files and symlinks, without git's own
  std::int64_t bytes = 0;  // their sizes
};

// What the manifest of a tree in its place says, as it was built; else by lstat(2) of each file,
// which on a network volume may take longer than to write them. What cannot be read is not counted.
TreeSize measure(const std::string& tree);

}  // namespace gitsync::tree
