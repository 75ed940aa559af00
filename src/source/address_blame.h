// SPDX-License-Identifier: Apache-2.0
// What is wrong with the form of an address that git took for something else: it never says so.

#pragma once

#include <string>

#include "util/error.h"

namespace gitsync::source {

// Gives an error of a fetch a cause that names the mistake in `url`, and the addresses that may be
// meant, if git's own words fit that mistake. Never a password.
util::Error blame_address(util::Error error, const std::string& url);

}  // namespace gitsync::source
