// SPDX-License-Identifier: Apache-2.0
// The temporary folders of processes that were killed and could not clean up: they hold secrets.

#pragma once

#include <string>

namespace gitsync::cli {

// Every private folder is named `<directory>/git-sync.<random>` and has this file in it, which its
// process keeps locked as long as it lives.
constexpr const char* kPrivateFolderPrefix = "git-sync.";
constexpr const char* kPrivateFolderLock = "/lock";
constexpr const char* kPrivateFolderSocket = "/cache/socket";

// Removes such folders of this user whose lock nobody holds, and ends their credential caches. Best
// effort; folders younger than a minute stay, since they may have no lock yet. Thread-safe.
void sweep_left_behind(const std::string& directory);

// Removes a private folder of this process and ends its credential cache, for a forced end: another
// thread may still be writing into it. Thread-safe.
void remove_at_once(const std::string& folder);

}  // namespace gitsync::cli
