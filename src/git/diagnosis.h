// SPDX-License-Identifier: Apache-2.0
// What git's or ssh's last words mean, and what a person can do about it.

#pragma once

#include <string>
#include <string_view>

#include "util/error.h"

namespace gitsync::git {

struct Diagnosis {
  util::ErrorKind kind = util::ErrorKind::kLocal;
  std::string hint;  // one line, may be empty
};

// Reads the standard error of a failed git command. Unknown text is kLocal without a hint.
// Git's text is matched in English; in another locale there is only no hint.
Diagnosis diagnose(std::string_view standard_error);

}  // namespace gitsync::git
