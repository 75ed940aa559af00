// SPDX-License-Identifier: Apache-2.0
// Whether the native engine can build a tree just as git would check it out, found out before a
// file is written.

#pragma once

#include "git/object_reader.h"
#include "source/git_contents.h"
#include "tree/layout.h"
#include "util/event.h"

namespace gitsync::source {

// What of the repository changes how trees are checked out.
// Errors: Cause::kNotUnderstood.
util::Result<void> check_store(const tree::Layout& layout);

// Names, submodules and attributes of the tree, or only of what differs from the tree of `known`,
// if that is not null. Errors: Cause::kNotUnderstood for what git is to do or to refuse, in its own
// words; those of ObjectReader.
util::Result<void> check_tree(git::ObjectReader& store, GitContents& contents,
                              const tree::Revision* known, const util::Limit& limit);

}  // namespace gitsync::source
