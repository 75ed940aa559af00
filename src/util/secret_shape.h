// SPDX-License-Identifier: Apache-2.0
// Secrets that nobody told us of, found in any text by their shape. Rather too much is hidden than
// too little, but words of ordinary messages stay readable.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gitsync::util {

// Returns `text` with these replaced by REDACTED:
// - in addresses the password, and a user name that is a token (util/url.h);
// - values of query parameters such as token=, also after a semicolon, and of `password=`;
// - values of headers such as Authorization, PRIVATE-TOKEN and Cookie, and what follows Bearer or
//   Basic where no header is named;
// - tokens with the prefix of their host (util/token.h), and JSON web tokens;
// - what stands between the lines that frame a private key;
// - the password after `sshpass -p`.
// Quotes and line breaks may be escaped by backslashes, as in quoted output of children.
// Cost: linear in the length of the text; little where nothing is found.
std::string redact_shapes(std::string_view text);

// The texts that redact_shapes() would replace, but for those in addresses: to be hidden wherever
// else they stand.
std::vector<std::string> find_shapes(std::string_view text);

// Whether a value of this name is a secret: a query parameter, or a header.
bool is_secret_name(std::string_view name);

}  // namespace gitsync::util
