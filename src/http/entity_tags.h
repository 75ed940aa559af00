// SPDX-License-Identifier: Apache-2.0
// If-None-Match and If-Range: RFC 9110, sections 13.1.2 and 13.1.5.

#pragma once

#include <string_view>

namespace gitsync::http {

// Whether a list of entity tags, as in If-None-Match, has `tag` in it, compared weakly; a star has
// every one. What is malformed ends the list. `tag`: strong, with its quotes.
bool has_entity_tag(std::string_view list, std::string_view tag);

}  // namespace gitsync::http
