// SPDX-License-Identifier: Apache-2.0
// What gits that were killed have left in the repository: they remove neither their locks nor what
// they were writing.

#pragma once

#include <string>

#include "log/logger.h"

namespace gitsync::cli {

// Removes the locks and the unfinished objects below `<root>/.git`, following no symlink. Only
// while holding the root's turn and when a git is known to have been killed: no pass of any
// git-sync runs git there then, but a hook may.
void remove_stale_locks(const std::string& root, const log::Logger& logger);

}  // namespace gitsync::cli
