// SPDX-License-Identifier: Apache-2.0
// What git makes of --repo when it names a repository on this machine: which path it gives to
// git-upload-pack, and which directories that opens, so that they can be trusted though they belong
// to another user.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gitsync::cli {

// Whether git looks for the repository on this machine.
bool is_local_address(std::string_view url);

// The path of a local address as git gives it to git-upload-pack, in the root: a relative one stays
// so. Nothing for an address that is not local, and where git has rules of its own: a leading '-',
// malformed escapes, a user's home behind file://.
std::optional<std::string> upload_pack_path(const std::string& url);

// The paths by which git may check the owner, empty for a remote address. A relative path is taken
// from `root`, where git is run.
std::vector<std::string> local_repository_paths(const std::string& url, const std::string& root);

}  // namespace gitsync::cli
