// SPDX-License-Identifier: Apache-2.0
// A file with one bearer token, as it is mounted from a Secret: for servers that we ask, and for
// those that ask us.
//
// Protocol: RFC 6750, section 2.1.

#pragma once

#include <string>

#include "util/error.h"

namespace gitsync::auth {

// The token; blanks and line ends around it do not count. Errors: that of reading the file, which
// is of at most 16 KiB; kInvalid if it is empty, or holds what cannot stand in a header as one
// word.
util::Result<std::string> read_token_file(const std::string& path);

}  // namespace gitsync::auth
