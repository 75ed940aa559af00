// SPDX-License-Identifier: Apache-2.0
// The configuration that git sees, put together from its files without a process: git-config(1),
// "FILES" and "Includes".

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "git/config_file.h"
#include "util/error.h"

namespace gitsync::git {

// A file, or what would be in one.
struct ConfigLayer {
  std::string file = {};                  // absolute; empty: `entries` count. Need not exist
  std::vector<ConfigEntry> entries = {};  // keys in any spelling
};

struct ConfigPlaces {
  std::vector<ConfigLayer> layers = {};  // system, then global
  // Of a repository: where `config` is, and (of a worktree) where `config.worktree` is. Empty:
  // none.
  std::string common_dir = {};
  std::string git_dir = {};
  std::vector<ConfigEntry> command = {};  // GIT_CONFIG_COUNT
  std::optional<std::string> home = {};   // $HOME, for include.path
};

// All settings in git's order, keys in git's spelling: the last one of a single value wins. An
// include stands before what it includes.
//
// Errors: Cause::kNotUnderstood, naming file or key, for all that git would refuse, and for
// includeIf, include.path of another user's home or of git's own prefix, and files that cannot be
// read or are larger than 1 MiB, or more than a hundred of them.
util::Result<std::vector<ConfigEntry>> effective_config(const ConfigPlaces& places);

// section.name or section.subsection.name with section and name in lower case; nothing if git would
// refuse the key.
std::optional<std::string> canonical_config_key(std::string_view key);

}  // namespace gitsync::git
