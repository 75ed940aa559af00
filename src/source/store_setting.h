// SPDX-License-Identifier: Apache-2.0
// Adds a setting to the root's own .git/config without git, under git's lock.

#pragma once

#include <string_view>

#include "tree/layout.h"
#include "util/error.h"

namespace gitsync::source {

// Makes `key` (section.name) have `value`, if its last value is another one.
// Errors: kBusy if a git holds the lock of the file; kLocal; kInvalid if the file cannot be read.
util::Result<void> ensure_store_setting(const tree::Layout& layout, std::string_view key,
                                        std::string_view value);

}  // namespace gitsync::source
