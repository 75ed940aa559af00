// SPDX-License-Identifier: Apache-2.0
// The grammar of --git-config and --git-config-add: `key:value` pairs separated by commas
// (docs/contract.md#git-config-grammar).

#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "util/error.h"

namespace gitsync::config {

using GitConfigPairs = std::vector<std::pair<std::string, std::string>>;

// Returns the pairs in the order written; a repeated key stays repeated.
//
// The first character of an unquoted key or value is always literal, so `a.k:,b:x` is one pair.
// Errors: kInvalid. The message gives a position, never a value, because values may be secrets
// (http.extraHeader).
util::Result<GitConfigPairs> parse_git_config(std::string_view text);

// Returns `text` as it may be shown: each value as util::redact_setting() shows it. All of it is
// REDACTED if it does not parse.
std::string redact_git_config(std::string_view text);

}  // namespace gitsync::config
