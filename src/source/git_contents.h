// SPDX-License-Identifier: Apache-2.0
// What a commit holds, told to a TreeWriter: differences of trees and the content of blobs, by the
// native reader of objects.

#pragma once

#include <functional>
#include <string_view>

#include "git/object_reader.h"
#include "git/object_store.h"
#include "git/tree_diff.h"
#include "tree/tree_contents.h"

namespace gitsync::source {

// Looks at each path that the tree has and the other one has not, before anything is written.
using LeafCheck = std::function<util::Result<void>(std::string_view path, const git::TreeLeaf&)>;

// Thread-safety: none; belongs to one build.
class GitContents final : public tree::TreeContents {
 public:
  // The files of the tree `tree`. `store` outlives this.
  GitContents(git::ObjectReader& store, const git::ObjectId& tree) : store_(store), tree_(tree) {}

  // The tree of a commit. Errors: those of ObjectReader; kNotUnderstood if it is no commit.
  static util::Result<git::ObjectId> tree_of(git::ObjectReader& store, const git::ObjectId& commit);

  // Whether a commit and the top of its tree are there, so that the rest can be expected.
  static bool is_there(git::ObjectStore& store, const git::ObjectId& commit);

  // As for_each_change(), for who decides whether the tree can be built at all.
  util::Result<void> check(const tree::Revision* from, const LeafCheck& check,
                           const util::Limit& limit);

  util::Result<void> for_each_change(
      const tree::Revision* from,
      const std::function<util::Result<void>(const tree::Change&)>& visit,
      const util::Limit& limit) override;
  util::Result<void> read(const tree::FileEntry& entry, std::string_view path,
                          tree::ContentSink& sink, const util::Limit& limit) override;

 private:
  util::Result<void> diff(const tree::Revision* from, const git::TreeChangeVisitor& visit,
                          const util::Limit& limit);

  git::ObjectReader& store_;
  const git::ObjectId tree_;
};

}  // namespace gitsync::source
