// SPDX-License-Identifier: Apache-2.0
// What differs between two trees: both are walked together, and folders with equal ids are never
// read.

#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "git/object_id.h"
#include "git/object_reader.h"
#include "git/tree_object.h"
#include "util/error.h"
#include "util/event.h"
#include "util/folder.h"

namespace gitsync::git {

// What is at a path: anything but a folder.
struct TreeLeaf {
  EntryMode mode = EntryMode::kFile;
  ObjectId id;  // of a submodule: its commit, which is not in this repository
  bool operator==(const TreeLeaf&) const = default;
};

struct TreeChange {
  // From the top, with "/" between its parts; valid during the call. No name was looked at: see
  // path_rules.h.
  std::string_view path;
  // At least one is there, and they differ. A file that becomes a folder is two changes: it goes,
  // and what is in the folder comes.
  std::optional<TreeLeaf> before;
  std::optional<TreeLeaf> after;
};

using TreeChangeVisitor = std::function<util::Result<util::Walk>(const TreeChange&)>;

// Calls `visit` for every change from tree `before`, or from nothing, to tree `after`, in the order
// of the paths' bytes, which is that of git's index. An error of `visit` ends the walk with it.
// Errors: those of ObjectReader::read() and TreeReader, naming the folder; kNotUnderstood for trees
// over 16 MiB, paths over 4 KiB, or open folders of more than 64 MiB together; those of `limit`.
// No recursion. Memory: the trees that lead to where the walk is.
util::Result<void> diff_trees(ObjectReader& store, const std::optional<ObjectId>& before,
                              const ObjectId& after, const util::Limit& limit,
                              const TreeChangeVisitor& visit);

}  // namespace gitsync::git
