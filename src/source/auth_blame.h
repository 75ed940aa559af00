// SPDX-License-Identifier: Apache-2.0
// Which setting a server has refused: the part of an authentication error that a person needs.

#pragma once

#include <string>
#include <vector>

#include "auth/credentials.h"
#include "util/error.h"

namespace gitsync::source {

// Adds to an error of authentication whether credentials match the address that asked for them,
// which is `repo_url` unless the error names another, and from which settings they are; and whether
// git has come to send them. `dropped`: settings that would have held some, but could not be read.
// Never a value.
util::Error blame_credentials(util::Error error, const std::vector<auth::Credential>& credentials,
                              const std::string& repo_url,
                              const std::vector<std::string>& dropped = {});

}  // namespace gitsync::source
