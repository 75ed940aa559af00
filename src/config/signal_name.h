// SPDX-License-Identifier: Apache-2.0
// Signals as --sync-on-signal spells them.

#pragma once

#include <optional>
#include <string_view>

namespace gitsync::config {

// Returns the number of `SIGHUP`, `HUP`, `1` or `0x1`. Any number but 0 is accepted, even one that
// no signal has; lower-case, unknown and real-time names are not.
std::optional<int> parse_signal(std::string_view text);

}  // namespace gitsync::config
