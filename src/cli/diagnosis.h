// SPDX-License-Identifier: Apache-2.0
// What git's or ssh's last words mean: the only place where their English is read.

#pragma once

#include <string>
#include <string_view>

#include "util/error.h"

namespace gitsync::cli {

struct Diagnosis {
  util::ErrorKind kind = util::ErrorKind::kLocal;
  util::Cause cause = util::Cause::kUnknown;
  // What the words name, where the cause or its reader needs it: of refused credentials (kAuth
  // without a cause) and of pages the address, which differs from the one that was asked for after
  // a redirect; of old servers the first algorithm that they offer. Without a query.
  std::string subject = {};
};

// Reads the standard error of a failed git command. Unknown text is kLocal without a cause.
// Git's text is matched in English, which is what Git makes it speak.
Diagnosis diagnose(std::string_view standard_error);

// Whether git looked for a user name and password, from what it says of its children with
// GIT_TRACE=1.
bool looked_for_credentials(std::string_view trace);

// The failure of a command that works on submodules only: it is about a submodule's
// address and about --credential, not about --repo.
util::Error blame_submodule(util::Error error);

}  // namespace gitsync::cli
