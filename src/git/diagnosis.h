// SPDX-License-Identifier: Apache-2.0
// What git's or ssh's last words mean, and what a person can do about it.

#pragma once

#include <string>
#include <string_view>

#include "util/error.h"

namespace gitsync::git {

// Also for those who find out otherwise that the disk is full.
constexpr std::string_view kDiskFullHint =
    "the disk that holds --root is full: what is published stays as it is; free or add space";
// Also for a git that was killed itself. Who sent the signal cannot be known; it is seldom a
// person.
constexpr std::string_view kKilledHint =
    "a process of git was killed, most often because memory ran out: raise the container's memory "
    "limit, or fetch less (--depth=1, --filter)";

struct Diagnosis {
  util::ErrorKind kind = util::ErrorKind::kLocal;
  std::string hint;  // one line, may be empty
};

// Reads the standard error of a failed git command. Unknown text is kLocal without a hint.
// Git's text is matched in English, which is what Git makes it speak.
Diagnosis diagnose(std::string_view standard_error);

// The failure of a command that works on submodules only: its hint speaks of a submodule's address
// and of --credential, not of --repo.
util::Error blame_submodule(util::Error error);

}  // namespace gitsync::git
