// SPDX-License-Identifier: Apache-2.0
// Which objects of a store must stay: what refs, worktrees and their indexes lead to, and what a
// pass wants to keep (docs/contract.md#cleanup).

#pragma once

#include <span>
#include <string>
#include <utility>
#include <vector>

#include "git/object_folder.h"
#include "git/object_id.h"
#include "git/object_set.h"
#include "git/object_store.h"
#include "tree/layout.h"
#include "tree/revision.h"
#include "util/error.h"
#include "util/event.h"
#include "util/file_stamp.h"

namespace gitsync::source {

// Where the walk begins. What names objects in a store at one moment: equal to a later one if
// nobody has changed anything meanwhile.
struct KeptRoots {
  std::vector<git::ObjectId> tips;                               // sorted, each once
  std::vector<std::pair<std::string, util::FileStamp>> indexes;  // absolute paths
  std::vector<git::ObjectId> shallow;                            // sorted
  bool operator==(const KeptRoots&) const = default;

  // Errors: those of git::list_ref_targets() and git::RefStore::shallow().
  static util::Result<KeptRoots> read(const tree::Layout& layout,
                                      std::span<const tree::Revision> keep);
};

// What there is, and what of it is kept. Memory: 20 bytes a kept object, 21 an object while read()
// runs. Move-only.
struct KeptObjects {
  git::ObjectSet kept;
  std::vector<git::ObjectId> loose;    // all there are, kept or not
  std::vector<git::ObjectId> shallow;  // of the roots': commits that are kept

  // `folder` has its packs loaded, after `roots` were read.
  // Errors: those of git::Reachability; Cause::kNotUnderstood for an index that only git
  // understands.
  static util::Result<KeptObjects> find(const KeptRoots& roots, const git::ObjectFolder& folder,
                                        git::ObjectStore& store, const util::Limit& limit);
};

}  // namespace gitsync::source
