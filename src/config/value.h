// SPDX-License-Identifier: Apache-2.0
// One value of the table: from text into the inputs, and back into text for people.

#pragma once

#include <string>
#include <string_view>

#include "config/inputs.h"
#include "config/table.h"
#include "util/error.h"

namespace gitsync::config {

// Stores the value of a variable, replacing what is there. A list of strings is split at colons.
// Errors: kInvalid with the reason, which never repeats `text`.
util::Result<void> set_from_variable(Inputs& inputs, const Row& row, std::string_view text);

enum class Occurrence { kFirst, kLater };

// Stores the value of a flag. Lists grow by one element: strings from nothing (the first
// occurrence drops default and variable), credentials on top of those of the variable.
util::Result<void> set_from_flag(Inputs& inputs, const Row& row, std::string_view text,
                                 Occurrence occurrence);

// Returns the value as help and logs may show it: durations as 1m40s, lists as [a,b], and
// without secrets.
std::string show_value(const Inputs& inputs, const Row& row);

}  // namespace gitsync::config
