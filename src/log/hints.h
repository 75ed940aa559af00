// SPDX-License-Identifier: Apache-2.0
// The table that turns causes into advice for people. An error that carries a hint of its own knows
// better.

#pragma once

#include <string>

#include "util/error.h"

namespace gitsync::log {

// One line: what to check or change; empty if nothing is known that would help.
std::string hint_of(const util::Error& error);

}  // namespace gitsync::log
