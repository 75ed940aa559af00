// SPDX-License-Identifier: Apache-2.0
// Percent-encoding as signatures want it: everything but the unreserved characters of RFC 3986.
// "UriEncode" in "Signature calculations for the authorization header", Amazon S3 API Reference.

#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gitsync::s3 {

// Of any bytes, for one name or value; with upper-case digits.
std::string encode(std::string_view text);
// The same, but slashes stay, for a key in a path.
std::string encode_path(std::string_view key);

// Names and values as they are meant.
using Query = std::vector<std::pair<std::string, std::string>>;

// Encoded and sorted: as it is signed and sent, without the question mark; also a form's body.
std::string encode_query(const Query& query);

}  // namespace gitsync::s3
