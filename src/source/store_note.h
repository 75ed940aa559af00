// SPDX-License-Identifier: Apache-2.0
// What the native engine notes about a store for the processes after it: small texts in the store.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "tree/layout.h"
#include "util/error.h"

namespace gitsync::source {

// `name`: of the note, without a slash. Nothing if there is none, or if it cannot be read.
std::optional<std::string> read_note(const tree::Layout& layout, std::string_view name);
util::Result<void> write_note(const tree::Layout& layout, std::string_view name,
                              std::string_view text);
// Best effort.
// Removes what killed processes were writing.
void sweep_notes(const tree::Layout& layout);
void forget_note(const tree::Layout& layout, std::string_view name);

}  // namespace gitsync::source
