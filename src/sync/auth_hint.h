// SPDX-License-Identifier: Apache-2.0
// Which setting a server has refused: the part of an authentication error that a person needs.

#pragma once

#include <string>
#include <vector>

#include "auth/credentials.h"

namespace gitsync::sync {

// One line naming the settings whose credentials match `repo_url`, or what could be set if there
// are none. Never a value.
std::string auth_hint(const std::vector<auth::Credential>& credentials,
                      const std::string& repo_url);

}  // namespace gitsync::sync
