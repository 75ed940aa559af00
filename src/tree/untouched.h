// SPDX-License-Identifier: Apache-2.0
// Whether a tree still is as a TreeWriter made it.

#pragma once

#include <functional>
#include <span>
#include <string>

#include "tree/layout.h"
#include "tree/manifest.h"
#include "tree/publisher.h"
#include "util/error.h"
#include "util/event.h"

namespace gitsync::tree {

// True if each file that the tree's manifest names is there and was not changed, by one lstat(2) a
// file; what else is there does not count. False also of a tree without manifest. `visit` is shown
// each file in the order of paths, until one was changed.
// Errors: by the limit.
util::Result<bool> is_untouched(const Layout& layout, const Published& shown,
                                const std::function<void(const Record&)>& visit,
                                const util::Limit& limit);

// Of a tree that is untouched: true if nothing else is there, either, but `own_names` in its top.
// Reads all of its directories. Errors: by the limit.
util::Result<bool> has_nothing_else(const Layout& layout, const Published& shown,
                                    std::span<const std::string> own_names,
                                    const util::Limit& limit);

}  // namespace gitsync::tree
