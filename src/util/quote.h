// SPDX-License-Identifier: Apache-2.0
// Foreign text in messages for people: one line, whatever the bytes.

#pragma once

#include <string>
#include <string_view>

namespace gitsync::util {

// Escapes control characters, bytes that are not UTF-8, and backslashes: a newline becomes \n,
// another byte \x1b.
std::string escaped(std::string_view text);

// The same in double quotes, with those inside escaped.
std::string quoted(std::string_view text);

}  // namespace gitsync::util
