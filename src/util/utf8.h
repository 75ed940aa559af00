// SPDX-License-Identifier: Apache-2.0
// Which bytes are UTF-8.

#pragma once

#include <cstddef>
#include <string_view>

namespace gitsync::util {

// Length in bytes of the character that `text`, which is not empty, begins with; 0 if it begins
// with none: a stray byte, an overlong form, a surrogate, or more than Unicode has.
std::size_t utf8_length(std::string_view text);

// How many bytes of `text` are within the first `most` and cut no character in two.
std::size_t utf8_cut(std::string_view text, std::size_t most);

}  // namespace gitsync::util
