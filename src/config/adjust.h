// SPDX-License-Identifier: Apache-2.0
// What happens to the values between parsing and validation: deprecated ones take their effect,
// and what does not belong to a value is removed. After validation, advice about what may be meant
// otherwise.

#pragma once

#include <string>
#include <utility>
#include <vector>

#include "config/sources.h"
#include "util/environment.h"
#include "util/error.h"

namespace gitsync::config {

// Lets deprecated flags override their replacements (docs/contract.md#deprecated-flags), with a
// notice each.
// Errors: kInvalid if a number of seconds is too large for a duration.
util::Result<void> apply_deprecated(Parsed& parsed);

// Removes trailing CR and LF from addresses, refs, git settings, user names, passwords and tokens;
// blanks around addresses and refs; quotes around addresses. One notice for each setting. Files are
// read later, and by others.
void tidy_values(Parsed& parsed);

// The proxy variables that end in a line break, without it; a notice for each.
std::vector<std::pair<std::string, std::string>> tidy_proxies(const util::Environment& environment,
                                                              Parsed& parsed);

// Adds a notice for each setting that is legal but hardly meant, or that has no effect.
void add_advice(Parsed& parsed);

}  // namespace gitsync::config
