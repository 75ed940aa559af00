// SPDX-License-Identifier: Apache-2.0
// The JSON of --credential and GITSYNC_CREDENTIAL (docs/contract.md#credential-json).

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/settings.h"
#include "util/error.h"

namespace gitsync::config {

// Reads one object or a list of objects; empty text is none. Whether the required fields are
// there is a question of validation.
//
// Errors: kInvalid for bad JSON, an unknown key, or a value that is no string. The message gives
// positions and key names, never a value.
util::Result<std::vector<CredentialSetting>> parse_credentials(std::string_view text);

// Returns the list as JSON for logs and help; passwords are REDACTED.
std::string show_credentials(const std::vector<CredentialSetting>& credentials);

}  // namespace gitsync::config
