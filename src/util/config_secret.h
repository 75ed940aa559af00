// SPDX-License-Identifier: Apache-2.0
// Which git settings carry secrets, and how a setting may be shown.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gitsync::util {

// Whether the value is not to be shown at all: headers, passwords, tokens, and credential helpers
// that are shell text.
bool is_secret_setting(std::string_view key, std::string_view value);

// The value as it may be shown: REDACTED if it is secret or the command that starts ssh (its
// options may be secrets), else without passwords in URLs and proxies.
std::string redact_setting(std::string_view key, std::string_view value);

// What must be hidden wherever it stands in other texts: the whole of a secret setting, the
// password of an address.
std::vector<std::string> secrets_of_setting(std::string_view key, std::string_view value);

}  // namespace gitsync::util
