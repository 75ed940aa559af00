// SPDX-License-Identifier: Apache-2.0
// The words of a shell command, as far as they can be told without running it.

#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gitsync::util {

// Splits at blanks, tabs and line breaks outside quotes, and takes quotes and backslashes away as
// sh does. Nothing is expanded, and operators are part of words. A quote that is not closed ends
// with the text. Cost: linear.
std::vector<std::string> shell_words(std::string_view command);

}  // namespace gitsync::util
