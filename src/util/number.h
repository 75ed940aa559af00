// SPDX-License-Identifier: Apache-2.0
// Numbers and booleans as flags and variables spell them (docs/contract.md#value-types). All errors
// are kInvalid and never repeat the text, which may be anything.

#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "util/error.h"

namespace gitsync::util {

// A signed 64-bit number. The base comes from the prefix: 0x, 0o or 0, 0b, otherwise decimal.
// `_` may stand between digits and after a prefix; blanks are errors.
Result<std::int64_t> parse_int(std::string_view text);

// Decimal digits and perhaps a minus sign, as programs write numbers for programs; nothing
// otherwise.
std::optional<std::int64_t> read_decimal(std::string_view text);

// A number such as 1.5, -2, 1e3, 0x1p-2, inf or nan. What is too large is an error.
Result<double> parse_float(std::string_view text);

// Exactly 1 t T TRUE true True 0 f F FALSE false False.
Result<bool> parse_bool(std::string_view text);

}  // namespace gitsync::util
