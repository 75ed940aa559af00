// SPDX-License-Identifier: Apache-2.0
// Removes a tree from a volume on which each call is a round trip: folders of it side by side.

#pragma once

#include <cstddef>
#include <string_view>

#include "util/error.h"
#include "util/event.h"
#include "util/folder.h"

namespace gitsync::tree {

// As util::remove_tree(), with up to `width` threads; with one, and where none can be had, it is
// that. Memory: the names of 1,024 folders at most. Thread-safety: none.
util::Result<void> remove_wide(const util::Folder& parent, std::string_view name, std::size_t width,
                               const util::Limit& limit);

}  // namespace gitsync::tree
