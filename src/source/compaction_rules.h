// SPDX-License-Identifier: Apache-2.0
// Which repositories the native engine may collect garbage in.

#pragma once

#include "tree/layout.h"
#include "util/error.h"

namespace gitsync::source {

// Errors: Cause::kNotUnderstood for a repository whose objects may also be elsewhere, or mean
// something else than they say: alternates, promises of a remote, substitutes, formats and
// extensions that are not known.
util::Result<void> check_compaction(const tree::Layout& layout);

// Whether somebody's git gc may be running, for which git looks in the same way.
bool is_collecting(const tree::Layout& layout);

}  // namespace gitsync::source
