// SPDX-License-Identifier: Apache-2.0
// Texts that are tokens by the look of them.

#pragma once

#include <cstddef>
#include <string_view>

namespace gitsync::util {

// Length of the token that `text` begins with, known by the prefix that its host gives to all of
// them (GitHub, GitLab, Bitbucket, Slack, AWS); 0 if it begins with none.
std::size_t prefixed_token_length(std::string_view text);

// Whether this user name, or the like, is a token: by its prefix, or because it holds 20 letters
// and digits in a row, of both kinds. Names that people choose do not.
bool looks_like_token(std::string_view text);

}  // namespace gitsync::util
