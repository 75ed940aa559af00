// SPDX-License-Identifier: Apache-2.0
// Hands credentials to git's own store, where its http transport finds them by address
// (docs/contract.md#credential-store, git-credential(1)).

#pragma once

#include <vector>

#include "auth/credentials.h"
#include "cli/git.h"

namespace gitsync::cli {

// Approves each credential in order. Before every pass, because git erases those that a server
// rejected. Errors: kInvalid if a value holds a newline or NUL, which would forge attributes.
util::Result<void> store_credentials(const Git& git,
                                     const std::vector<auth::Credential>& credentials,
                                     const util::Limit& limit, const log::Logger& log);

}  // namespace gitsync::cli
