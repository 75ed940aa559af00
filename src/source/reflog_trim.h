// SPDX-License-Identifier: Apache-2.0
// Drops from reflogs what names objects that are to go (git-reflog(1), "expire").

#pragma once

#include "git/object_set.h"
#include "tree/layout.h"
#include "util/error.h"

namespace gitsync::source {

// Drops each entry one of whose commits is not among `kept`, under the lock of its ref. Entries
// that somebody adds meanwhile are not lost.
// Errors: kBusy if somebody has a lock; kLocal; Cause::kNotUnderstood for a line that is none.
util::Result<void> trim_reflogs(const tree::Layout& layout, const git::ObjectSet& kept);

}  // namespace gitsync::source
