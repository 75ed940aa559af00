// SPDX-License-Identifier: Apache-2.0
// Builds complete trees beside the published one, at a cost of what changed
// (docs/design.md#build). It knows no git: a source tells what is in a revision (TreeContents).
//
// The rule that readers rely on: a directory that was ever published never gains or changes an
// entry of another revision; it only loses them. So a new tree has new directories along the
// changed paths, and everything else is moved out of a spare (tree/spare.h), hard-linked or copied.
// What is not as the manifest says is written anew; what is nobody's stays behind.

#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "log/logger.h"
#include "tree/built.h"
#include "tree/early_files.h"
#include "tree/file_maker.h"
#include "tree/layout.h"
#include "tree/publisher.h"
#include "tree/spare.h"
#include "tree/tree_adopter.h"
#include "tree/tree_contents.h"
#include "util/error.h"
#include "util/event.h"

namespace gitsync::tree {

struct TreeWriterOptions {
  Layout layout;
  // Hard links and the spare: only in endless mode, without exec hooks (which may write through
  // them) and without group-write.
  Sharing sharing = Sharing::kNone;
  // Names in the top directory that the source makes itself, such as ".git". No file of a revision
  // may have one.
  std::vector<std::string> own_names;
};

// Modes are what the process's umask leaves of 0777 and 0666. Thread-safety: none; belongs to the
// loop of one repository, under the root's turn.
class TreeWriter {
 public:
  TreeWriter(TreeWriterOptions options, log::Logger logger);

  // Removes what a killed run has left: unfinished trees, and a spare that cannot be trusted.
  util::Result<void> recover(const util::Limit& limit) const;

  // `base`: a tree to start from, or null; `contents` must be able to tell the changes from its
  // revision. It is of use if this class has built or adopted it, and it is only read. Paths are
  // data from strangers: kProtocol, with the path, for what cannot be a name, for a file in the way
  // of a folder, and for one of own_names. Errors: what the source says; the disk is full; limit.
  // Whatever fails, `base` is as it was.
  util::Result<Built> build(const Revision& wanted, const Published* base, TreeContents& contents,
                            const util::Limit& limit) const;

  // A tree without a base that is begun before its contents are there. What comes is given to
  // `files`, in any order; list() says what is in the tree; then build() makes the rest. Goes with
  // all that is in it. Move-only.
  struct Begun {
    BuildFolder folder;
    std::unique_ptr<EarlyFiles> files;
  };
  util::Result<Begun> begin(const util::Limit& limit) const;
  util::Result<void> list(Begun& begun, TreeContents& contents, const util::Limit& limit) const;
  util::Result<Built> build(const Revision& wanted, Begun begun, TreeContents& contents,
                            const util::Limit& limit) const;

  // See tree/untouched.h: whether an untouched tree can be published once more as it is.
  util::Result<bool> has_nothing_else(const Published& tree, const util::Limit& limit) const;

  // Lets a tree that somebody else has built be a base: asks `contents`, which is of its revision,
  // what is in it, and `is_verified` which files have that content. Whoever can write the tree may
  // edit a file after it was verified; so that is best answered from an index with stat data.
  util::Result<void> adopt(const Published& tree, TreeContents& contents,
                           const IsVerified& is_verified, const util::Limit& limit) const;

  // After a flip, when no Built is left: removes what is left of builds and of the spares that they
  // used, and manifests of trees that are gone.
  util::Result<void> tidy(const util::Limit& limit) const;

  // See tree/spare.h. Nothing is done if files may not be shared.
  util::Result<bool> offer_spare(const Published& old, const Published& shown,
                                 const util::Limit& limit) const;
  util::Result<void> prepare_spare(const Published& shown, const util::Limit& limit) const;
  util::Result<void> drop_spare(const util::Limit& limit) const;

 private:
  struct Attempt {
    const Published* base;
    bool with_spare;
  };
  util::Result<Built> build_once(const Revision& wanted, Attempt& attempt, TreeContents& contents,
                                 const util::Limit& limit) const;
  util::Result<Built> build_in(BuildFolder folder, EarlyFiles* early, const Revision& wanted,
                               Attempt& attempt, TreeContents& contents,
                               const util::Limit& limit) const;

  const TreeWriterOptions options_;
  const log::Logger log_;
  const Manifests manifests_;
  const Spare spare_;
};

}  // namespace gitsync::tree
