// SPDX-License-Identifier: Apache-2.0
// The end of git's credential cache, a daemon that would outlive us with our secrets.

#pragma once

#include <string>

namespace gitsync::cli {

// Ends the daemon that listens on `socket`, if there is one, without starting a process. Safe from
// any thread; takes no time worth mentioning.
void stop_credential_cache(const std::string& socket);

}  // namespace gitsync::cli
