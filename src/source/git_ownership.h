// SPDX-License-Identifier: Apache-2.0
// Whether a repository found in a root is ours: git would believe it, and run what it names.

#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

#include "cli/git_dirs.h"
#include "util/error.h"
#include "util/watched.h"

namespace gitsync::source {

// The owner of a file that is created in `directory` now. Volumes may give files to another user
// than the one that makes them (squashed NFS, SMB, access points). Nothing stays behind.
util::Result<uid_t> owner_of_new_files(const std::string& directory);

struct Stranger {
  std::string path;
  std::string reason;
  std::optional<uid_t> owner;  // if it is the reason
};

// Looks at all that decides what git does in `dirs`. It must be owned by root or `ours` (nothing:
// by anybody), be no symlink, and not lead to files outside the repository.
std::optional<Stranger> find_stranger(const std::vector<cli::GitDir>& dirs,
                                      std::optional<uid_t> ours);

// Adds all that find_stranger() is about to look at. Returns whether a new one would show: not with
// submodules, whose folders may come anywhere below `modules`.
bool watch_for_strangers(const std::vector<cli::GitDir>& dirs, util::Watched& watched);

// Whether `path` itself, not what it points to, is owned by root or `ours` (nothing: by anybody).
// True if there is nothing.
bool is_owned(const std::string& path, std::optional<uid_t> ours);

}  // namespace gitsync::source
