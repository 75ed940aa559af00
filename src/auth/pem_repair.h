// SPDX-License-Identifier: Apache-2.0
// Private keys as variables and Secrets deform them.

#pragma once

#include <string>
#include <string_view>

namespace gitsync::auth {

// PEM text (RFC 7468) with its lines as they were: `\n` spelled out, carriage returns, blanks in
// place of line breaks or before each line, quotes around all of it, and one layer of base64 are
// undone. Whether the result is a key is for the reader to find out.
std::string repair_pem(std::string_view text);

}  // namespace gitsync::auth
