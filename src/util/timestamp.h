// SPDX-License-Identifier: Apache-2.0
// Times as APIs write them. Format: RFC 3339.

#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

namespace gitsync::util {

// "2026-01-02T03:04:05Z", with any offset; fractions of a second are dropped. Nothing if the text
// is not exactly that.
std::optional<std::chrono::sys_seconds> parse_timestamp(std::string_view text);

// "2026-01-02T03:04:05Z".
std::string format_timestamp(std::chrono::sys_seconds time);

}  // namespace gitsync::util
