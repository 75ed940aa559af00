// SPDX-License-Identifier: Apache-2.0
// What the configuration files of a root's repository, of its worktrees and of its submodules may
// say to git: settings that are not ours are outranked, or make the whole repository foreign.

#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "cli/command_scope.h"
#include "cli/git_dirs.h"
#include "git/config_file.h"
#include "util/file_stamp.h"

namespace gitsync::cli {

struct StoreConfigFindings {
  ConfigPairs overrides;             // for Git::override_config()
  std::vector<std::string> ignored;  // the keys that have no say
  std::string refused;               // why the repository cannot be used; empty: it can
};

// Thread-safety: none; belongs to the loop of one repository.
class StoreConfig {
 public:
  // `own`: as for judge_setting().
  explicit StoreConfig(ConfigPairs own) : own_(std::move(own)) {}

  // Reads the files of `dirs`, those that have changed since the last call. Trees lie below
  // `trees`. No process, and no file is followed through a symlink.
  StoreConfigFindings read(const std::vector<GitDir>& dirs, const std::string& trees);

  const ConfigPairs& own() const { return own_; }

 private:
  struct File {
    util::FileStamp stamp;
    std::vector<std::string> overridden;
    std::string refused;
  };
  static std::optional<util::FileStamp> stamp_of(const std::string& path);
  File examine(const std::string& path, const GitDir& dir, const std::string& trees) const;

  const ConfigPairs own_;
  std::map<std::string, File> known_;  // by path
};

}  // namespace gitsync::cli
