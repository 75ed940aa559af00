// SPDX-License-Identifier: Apache-2.0
// Durations in the notation of flags, help and logs: 10s, 1m40s, 2h45m, 300ms, 0s
// (docs/contract.md#value-types).

#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "util/error.h"

namespace gitsync::util {

// Reads an optional sign, then one or more `<decimal><unit>` with units ns us µs ms s m h. A bare
// 0 is allowed; any other number needs a unit.
// Errors: kInvalid if the text is anything else or does not fit 64 bits of nanoseconds.
Result<std::chrono::nanoseconds> parse_duration(std::string_view text);

// The shortest usual form: fractions where needed (1.5s), the largest units first (1h0m0s).
std::string format_duration(std::chrono::nanoseconds value);

}  // namespace gitsync::util
