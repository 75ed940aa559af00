// SPDX-License-Identifier: Apache-2.0
// Times as APIs write them. Format: RFC 3339.

#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace gitsync::auth {

// "2026-01-02T03:04:05Z", with any offset; fractions of a second are dropped. Nothing if the text
// is not exactly that.
std::optional<std::chrono::sys_seconds> parse_timestamp(std::string_view text);

}  // namespace gitsync::auth
