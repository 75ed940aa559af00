// SPDX-License-Identifier: Apache-2.0
// Which git settings carry secrets, and how a setting may be shown.

#pragma once

#include <string>
#include <string_view>

namespace gitsync::util {

// Whether the value is not to be shown at all: headers, passwords, tokens, and credential helpers
// that are shell text.
bool is_secret_setting(std::string_view key, std::string_view value);

// The value as it may be shown: REDACTED if it is secret, else without passwords in URLs.
std::string redact_setting(std::string_view key, std::string_view value);

}  // namespace gitsync::util
