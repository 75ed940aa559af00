// SPDX-License-Identifier: Apache-2.0
// Which bytes are UTF-8.

#pragma once

#include <cstddef>
#include <string_view>

namespace gitsync::util {

// Length in bytes of the character that `text`, which is not empty, begins with; 0 if it begins
// with none: a stray byte, an overlong form, a surrogate, or more than Unicode has.
std::size_t utf8_length(std::string_view text);

}  // namespace gitsync::util
