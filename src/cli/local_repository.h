// SPDX-License-Identifier: Apache-2.0
// Which directories git opens when --repo names a repository on this machine, so that they can be
// trusted though they belong to another user.

#pragma once

#include <string>
#include <vector>

namespace gitsync::cli {

// The paths by which git may check the owner, empty for a remote address. A relative path is taken
// from `root`, where git is run.
std::vector<std::string> local_repository_paths(const std::string& url, const std::string& root);

}  // namespace gitsync::cli
