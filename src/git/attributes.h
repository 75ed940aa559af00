// SPDX-License-Identifier: Apache-2.0
// Whether a file of git attributes may change the bytes of files that are checked out on Linux
// (docs/design.md#two-engines). Format: gitattributes(5).

#pragma once

#include <string_view>

#include "util/error.h"

namespace gitsync::git {

// Success if whatever stands in `text` leaves bytes alone as long as core.autocrlf and core.eol are
// not set, together with any other file of which the same was found. Patterns are not looked at, so
// that it does not matter where the file lies; nor is it known whether a macro or a filter is used.
//
// A symlink named .gitattributes is to be asked about, too, with its target as `text`: in a working
// tree git ignores it, but at checkout it reads the blob, whatever its mode (tried with git 2.39).
//
// Errors: Cause::kNotUnderstood, naming `shown`, the line and its words.
util::Result<void> check_attributes(std::string_view text, std::string_view shown);

}  // namespace gitsync::git
