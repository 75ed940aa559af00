// SPDX-License-Identifier: Apache-2.0
// Which setting a server has refused: the part of an authentication error that a person needs.

#pragma once

#include <string>
#include <vector>

#include "auth/credentials.h"
#include "util/error.h"

namespace gitsync::source {

// Adds to an authentication error of unknown cause whether credentials match `repo_url`, and from
// which settings. Never a value.
util::Error blame_credentials(util::Error error, const std::vector<auth::Credential>& credentials,
                              const std::string& repo_url);

}  // namespace gitsync::source
