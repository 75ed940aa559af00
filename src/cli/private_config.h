// SPDX-License-Identifier: Apache-2.0
// The git configuration that only we and our children see: one file in $TMPDIR named by
// GIT_CONFIG_GLOBAL, a second one that it includes for the directories we trust, and a folder for
// the credential cache's socket. Contract: docs/contract.md#private-git-config; format:
// git-config(1).

#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "cli/git.h"
#include "util/dir_lock.h"
#include "util/error.h"

namespace gitsync::cli {

// Removes its files when destroyed. Move-only. Thread-safety: none.
class PrivateConfig {
 public:
  // Creates a folder of ours alone in `directory` ($TMPDIR or /tmp), and in it the files with our
  // defaults.
  static util::Result<PrivateConfig> create(const std::string& directory);

  PrivateConfig(PrivateConfig&& other) noexcept;
  PrivateConfig& operator=(PrivateConfig&&) = delete;
  ~PrivateConfig();

  const std::string& path() const { return path_; }
  const std::string& socket() const { return socket_; }
  // Holds all files of ours; for a forced end.
  const std::string& folder() const { return folder_; }

  // Sets `key` (section.name or section.subsection.name), replacing an earlier value of it, as
  // `git config --global <key> <value>` would; but no value is seen in a process list.
  // Errors: kInvalid with git's words for a malformed key.
  util::Result<void> set(const std::string& key, const std::string& value);

  // Makes the folders and files again if somebody (a cleaner of old temporary files) has removed
  // them. Errors: somebody else has taken the name of the folder; it cannot be made. That a file
  // cannot be written (a full disk) is no error: see missing().
  util::Result<void> restore();
  // Why files are missing since the last restore(), if they are.
  const std::optional<util::Error>& missing() const { return missing_; }
  // The settings, for Git::override_config() while their file is missing.
  ConfigPairs settings() const;

  // Makes `directories` the values of safe.directory that come from us. They are in a file of
  // their own, so that the user's own safe.directory stays a single value that can be set.
  // Atomic: a git process that starts meanwhile sees the old or the new list. Errors: the file
  // keeps the old list, and the next call tries again.
  util::Result<void> trust(const std::vector<std::string>& directories);

 private:
  PrivateConfig() = default;
  util::Result<void> make_folders();
  util::Result<void> write() const;
  util::Result<void> write_trust() const;

  struct Setting {
    std::string section;     // lower case
    std::string subsection;  // may be empty
    std::string name;        // lower case
    std::string value;
  };
  static util::Result<Setting> parse_key(const std::string& key);
  void put(Setting setting);

  std::vector<Setting> settings_;
  std::string folder_;
  std::string path_;
  std::string trust_path_;
  std::string socket_;
  std::vector<std::string> trusted_;
  std::optional<util::Error> missing_;
  std::optional<util::DirLock> alive_;
};

// All settings that git sees outside a repository, in its order and spelling. Those without a value
// are true.
util::Result<ConfigPairs> effective_config(const Git& git, const util::Limit& limit);
// The same for the log, secrets redacted.
std::map<std::string, std::string> redacted(const ConfigPairs& settings);

// `text` as a quoted value of a git configuration file.
std::string config_quote(std::string_view text);

}  // namespace gitsync::cli
