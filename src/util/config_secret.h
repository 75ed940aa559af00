// SPDX-License-Identifier: Apache-2.0
// How a setting of git may be shown, and which secrets it holds.

#pragma once

#include <string>
#include <string_view>

#include "util/secret_parts.h"

namespace gitsync::util {

// The value as it may be shown. Only those of keys that are known to hold no secret are, without
// what looks like one; booleans and numbers always, and any other value is REDACTED.
std::string redact_setting(std::string_view key, std::string_view value);

// What must be hidden wherever it stands in other texts: each part of a header, the passwords of
// addresses and proxies, values of keys that are named after a secret.
Secrets secrets_of_setting(std::string_view key, std::string_view value);

}  // namespace gitsync::util
