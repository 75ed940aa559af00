// SPDX-License-Identifier: Apache-2.0
// `echo TOKEN | base64` stores a line break that servers answer with an opaque refusal: at the end
// of a value it goes, and the log says where it was.

#pragma once

#include <string>
#include <string_view>

namespace gitsync::util {

inline constexpr std::string_view kTrailingBreak = "ignoring a trailing line break";
inline constexpr std::string_view kTrailingBreakHint =
    "a Secret made with `echo` ends in a line break; use `printf %s`";

// Removes CR and LF from the end; returns whether there were any.
bool strip_trailing_breaks(std::string& text);

// Whether a CR, an LF or a NUL is in it: a user name or password with one could add lines to
// protocols that are made of lines.
bool has_line_break(std::string_view text);

}  // namespace gitsync::util
