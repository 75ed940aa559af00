// SPDX-License-Identifier: Apache-2.0
// Which settings and variables of git concern which step of the native engine, and which of their
// values change nothing.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "source/native_rules.h"

namespace gitsync::source {

// Whether `value` (nothing: the name stands alone) of the setting `key`, in git's spelling, changes
// nothing in the step. A key without rule does in a section whose settings matter.
bool is_harmless_setting(NativeStep step, std::string_view key,
                         const std::optional<std::string>& value);

bool is_harmless_variable(NativeStep step, std::string_view name, std::string_view value);

}  // namespace gitsync::source
