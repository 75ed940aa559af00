// SPDX-License-Identifier: Apache-2.0
// What Go's encoding/json takes and other parsers do not: names in any case, bytes that are no
// UTF-8, halves of surrogate pairs. tests/unit/config/data/ holds what Go itself makes of them.

#pragma once

#include <string>
#include <string_view>

namespace gitsync::config {

// The text with each stray byte, and each escape of half a surrogate pair, made U+FFFD.
std::string go_json(std::string_view text);

// The name in lower case, with the one other letter that folds to an ASCII letter of our keys:
// U+017F, the long s.
std::string go_folded(std::string_view name);

}  // namespace gitsync::config
