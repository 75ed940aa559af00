// SPDX-License-Identifier: Apache-2.0
// Whether git came to send its user name and password at all: it does so only after a server has
// asked for them (401), and says nothing of that when it fails.

#pragma once

#include <string>

#include "cli/git.h"

namespace gitsync::cli {

// Asks the server once more, by `git ls-remote` in `directory`, and watches whether git looks for
// credentials meanwhile. At most 5 seconds.
util::Result<bool> sends_credentials(const Git& git, const std::string& directory,
                                     const std::string& url, const util::Limit& limit);

}  // namespace gitsync::cli
