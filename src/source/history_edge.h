// SPDX-License-Identifier: Apache-2.0
// Where the history in a store ends: the commits in .git/shallow, whose parents were not fetched
// (gitrepository-layout(5), "shallow").

#pragma once

#include <functional>
#include <string>
#include <vector>

#include "git/fetch_response_reader.h"
#include "git/object_id.h"
#include "tree/layout.h"
#include "util/error.h"

namespace gitsync::source {

// What a fetch has made of such a list. Sorted.
std::vector<git::ObjectId> moved_edge(const std::vector<git::ObjectId>& now,
                                      const git::ShallowChanges& changes);

// Makes the list of `store`, the .git folder, what `change` makes of it, under git's lock, on the
// disk. Lists are sorted. Errors: kBusy if somebody else holds the lock; those of `change`.
using EdgeChange =
    std::function<util::Result<std::vector<git::ObjectId>>(const std::vector<git::ObjectId>& now)>;
util::Result<void> rewrite_history_edge(const std::string& store, const EdgeChange& change);

// Makes it what a fetch has changed it to: once the objects are there and before anything leads to
// them, since a commit without its line is damage.
util::Result<void> move_history_edge(const tree::Layout& layout,
                                     const git::ShallowChanges& changes);

}  // namespace gitsync::source
