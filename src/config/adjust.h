// SPDX-License-Identifier: Apache-2.0
// What happens to the values between parsing and validation: deprecated ones take their effect,
// and line breaks that a badly made Secret left behind are removed.

#pragma once

#include "config/sources.h"
#include "util/error.h"

namespace gitsync::config {

// Lets deprecated flags override their replacements (2.7), with a notice each.
// Errors: kInvalid if a number of seconds is too large for a duration.
util::Result<void> apply_deprecated(Parsed& parsed);

// Removes trailing CR and LF from user names, passwords and tokens, with one notice for each
// setting. Files are read later, and by others.
void strip_line_breaks(Parsed& parsed);

}  // namespace gitsync::config
