// SPDX-License-Identifier: Apache-2.0
// What git's or ssh's last words mean: the only place where their English is read.

#pragma once

#include <string_view>

#include "util/error.h"

namespace gitsync::cli {

struct Diagnosis {
  util::ErrorKind kind = util::ErrorKind::kLocal;
  util::Cause cause = util::Cause::kUnknown;
};

// Reads the standard error of a failed git command. Unknown text is kLocal without a cause.
// Git's text is matched in English, which is what Git makes it speak.
Diagnosis diagnose(std::string_view standard_error);

// The failure of a command that works on submodules only: it is about a submodule's
// address and about --credential, not about --repo.
util::Error blame_submodule(util::Error error);

}  // namespace gitsync::cli
