// SPDX-License-Identifier: Apache-2.0
// Where the history in a store ends: the commits in .git/shallow, whose parents were not fetched
// (gitrepository-layout(5), "shallow").

#pragma once

#include <span>

#include "git/fetch_response_reader.h"
#include "tree/layout.h"
#include "util/error.h"

namespace gitsync::source {

// Makes .git/shallow what a fetch has changed it to, under git's lock, on the disk. Once the
// objects are there and before anything leads to them: a commit without its line is damage.
// Errors: kBusy if somebody else holds the lock.
util::Result<void> move_history_edge(const tree::Layout& layout,
                                     const git::ShallowChanges& changes);

}  // namespace gitsync::source
