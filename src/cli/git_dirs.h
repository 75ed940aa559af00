// SPDX-License-Identifier: Apache-2.0
// The folders of a repository that git reads as repositories of their own: its worktrees' and its
// submodules' (gitrepository-layout(5), git-worktree(1)).

#pragma once

#include <string>
#include <vector>

#include "util/error.h"

namespace gitsync::cli {

struct GitDir {
  enum class Kind { kMain, kWorktree, kSubmodule };
  std::string path;
  Kind kind = Kind::kMain;
};

// `store` first. Symlinks are not entered. Errors: kInvalid if there are more than git-sync would
// ever make; that a folder cannot be read.
util::Result<std::vector<GitDir>> find_git_dirs(const std::string& store);

}  // namespace gitsync::cli
