// SPDX-License-Identifier: Apache-2.0
// A tree that TreeWriter has built, before it gets its name: the source puts its own files into it.

#pragma once

#include <functional>
#include <string>

#include "log/logger.h"
#include "tree/build_folder.h"
#include "tree/draft.h"
#include "tree/layout.h"
#include "tree/manifests.h"
#include "tree/tree_builder.h"
#include "util/event.h"

namespace gitsync::tree {

// Goes with all that is in it when its owner gives it up. Move-only. Thread-safety: none; belongs
// to one pass, under the root's turn.
class [[nodiscard]] Built {
 public:
  Built(Layout layout, Revision revision, BuildFolder folder, ManifestDraft manifest,
        const BuildCounts& counts, timespec built_at, log::Logger logger);

  const Revision& revision() const { return revision_; }
  // The hidden folder, a sibling of the published trees, with an open descriptor of it.
  const util::Folder& folder() const { return folder_.folder(); }
  const BuildCounts& counts() const { return counts_; }

  // Every file of the tree in the order of paths, folders excepted, with what lstat(2) said of it:
  // for an index. An error of `visit` ends it and is returned.
  util::Result<void> for_each_file(
      const std::function<util::Result<void>(const Record&)>& visit) const;

  // Gives it the name of its revision, in one step; what had it goes. The published tree must not
  // have it. `turn` outlives the draft. Waits for the clock of the volume to tick, some
  // milliseconds, so that edits of the published tree show in mtimes.
  util::Result<Draft> finish(const Turn& turn, const util::Limit& limit) &&;

 private:
  util::Result<bool> outlast_tick(const util::Limit& limit) const;

  Layout layout_;
  Revision revision_;
  BuildFolder folder_;
  ManifestDraft manifest_;
  BuildCounts counts_;
  timespec built_at_;
  log::Logger log_;
};

}  // namespace gitsync::tree
