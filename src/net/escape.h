// SPDX-License-Identifier: Apache-2.0
// Path and query of a URL as they go into a request line.

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gitsync::net {

// `rest` is what follows the host: path, query and fragment, as somebody typed them. Returns path
// and query, beginning with '/', without the fragment. A path that holds a character which it must
// not is decoded and encoded again as a whole, as Go's net/url does it ("/a b(c)" becomes
// "/a%20b%28c%29"); any other stays as it is, byte for byte. In the query only blanks and bytes
// that are not ASCII are escaped. Nothing if there is a control character, or a malformed escape in
// path or fragment.
std::optional<std::string> request_path(std::string_view rest);

}  // namespace gitsync::net
