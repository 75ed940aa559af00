// SPDX-License-Identifier: Apache-2.0
// A complete worktree of a commit without git: files by the TreeWriter, and beside them what makes
// it a worktree of the repository: pointers, HEAD and index (git-worktree(1), "DETAILS").

#pragma once

#include <functional>
#include <optional>
#include <string>

#include "git/object_id.h"
#include "git/object_store.h"
#include "log/logger.h"
#include "source/arriving_objects.h"
#include "source/git_contents.h"
#include "source/source.h"
#include "tree/draft.h"
#include "tree/layout.h"
#include "tree/tree_writer.h"

namespace gitsync::source {

struct NativeBuilderOptions {
  tree::Sharing sharing = tree::Sharing::kNone;
  // Why git must build: a setting. Empty: it need not.
  std::string settings_for_git = {};
};

struct NativeTree {
  tree::Draft draft;
  std::uint64_t live = 0;  // bytes of all files
  // Bytes of what `base` has and this has not; nothing if that cannot be told.
  std::optional<std::uint64_t> dead = {};
};

// Thread-safety: none; belongs to the loop of one repository, under the root's turn.
class NativeBuilder {
 public:
  NativeBuilder(tree::Layout layout, NativeBuilderOptions options, log::Logger logger);

  // Builds `revision`, whose objects are there. `base`: a tree to start from, or null.
  // Errors: Cause::kNotUnderstood, before anything of the tree was written; kCorrupt for objects
  // that are damaged; those of TreeWriter::build().
  util::Result<NativeTree> build(const tree::Revision& revision, const tree::Published* base,
                                 const tree::Turn& turn, const util::Limit& limit);

  // Writes the files of a tree while its objects arrive.
  // Errors: those of build(), as long as nothing is in the repository.
  util::Result<tree::Built> write(const tree::Revision& revision, ArrivingObjects& objects,
                                  const util::Limit& limit);
  // Makes a worktree of it, once the objects are in the repository.
  util::Result<NativeTree> complete(tree::Built built, const tree::Turn& turn,
                                    const util::Limit& limit);

  // A tree that was built here and stands in its place is the one of its revision now.
  // Errors: Cause::kNotUnderstood if it is not whole, or not as it was built.
  util::Result<NativeTree> take_standing(const tree::Revision& revision, const util::Limit& limit);

  // Whether nobody has changed the files of a tree that was built here, nor its settings.
  util::Result<bool> is_untouched(const tree::Published& shown, const util::Limit& limit);

  // Lets a tree that was not built here, or of which the manifest was lost, be one to start from:
  // reads all its files. Those that are not as they should be are written anew in the next tree.
  // Errors: those of build(), before anything was changed.
  util::Result<void> adopt(const tree::Published& shown, const util::Limit& limit) const;

  const tree::TreeWriter& writer() const { return writer_; }
  // Removes what git keeps of worktrees whose tree is gone.
  void prune_metadata() const;

 private:
  // The contents of a commit that is to be built, if all of them is understood.
  util::Result<GitContents> understand(const tree::Revision& revision, const tree::Published* base,
                                       git::ObjectReader& objects, const util::Limit& limit) const;
  void announce(const tree::Revision& revision) const;
  // What git takes for the branch of ours.
  util::Result<void> move_branch(const git::ObjectId& commit) const;
  // Returns the bytes of all files.
  util::Result<std::uint64_t> write_metadata(const tree::Built& built) const;
  util::Result<std::uint64_t> write_index(const tree::Built& built,
                                          const util::Folder& metadata) const;

  const tree::Layout layout_;
  const NativeBuilderOptions options_;
  const log::Logger log_;
  const tree::TreeWriter writer_;
  // A tree of which all was understood, so that only what differs from it is to be looked at.
  std::optional<tree::Revision> understood_;
};

}  // namespace gitsync::source
