// SPDX-License-Identifier: Apache-2.0
// Which settings of a repository's own configuration are believed. Whoever may write the root may
// write them, and many of them run a program or lead a fetch elsewhere (git-config(1)).

#pragma once

#include <string>
#include <string_view>

#include "cli/command_scope.h"
#include "git/config_file.h"

namespace gitsync::cli {

enum class Verdict {
  kBelieved,    // what git and we write there ourselves, or what says the same as the user
  kOverridden,  // has no say, since neutral_settings() outranks it
  kRefused,     // nothing outranks it: the repository cannot be used
};

// `own`: the configuration that the user and we have made, in git's order, keys in git's spelling.
Verdict judge_setting(const git::ConfigEntry& entry, const ConfigPairs& own);

// What outranks `key`: the values of `own`, else what git does without the setting.
ConfigPairs neutral_settings(std::string_view key, const ConfigPairs& own);

// What every git of ours gets, whatever the repository says, unless `own` says otherwise.
ConfigPairs constant_settings(const ConfigPairs& own);

}  // namespace gitsync::cli
