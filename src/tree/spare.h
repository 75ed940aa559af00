// SPDX-License-Identifier: Apache-2.0
// The spare: a whole old tree, or a tree of hard links, that the next build may take apart. It lies
// in the store, `git-sync/spare/<revision>`, and has a manifest of its own. Every file in it is an
// inode of the published tree too, so that it costs its directories.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "log/logger.h"
#include "tree/build_folder.h"
#include "tree/layout.h"
#include "tree/manifests.h"
#include "tree/old_tree.h"
#include "tree/publisher.h"
#include "tree/rubbish.h"
#include "util/error.h"
#include "util/event.h"
#include "util/folder.h"

namespace gitsync::tree {

// Thread-safety: none; belongs to the loop of one repository, under the root's turn.
class Spare {
 public:
  // `own_names`: of the source, in the top directory; they go with the tree that is offered.
  Spare(Layout layout, std::vector<std::string> own_names, log::Logger logger);

  // Takes `old`, which is not published any more and which nobody may need, out of the trees and
  // makes it the spare of `shown`, instead of another one. What only it holds goes at once.
  // Returns whether it took it; false, and nothing done, if it is of no use as a spare.
  util::Result<bool> offer(const Published& old, const Published& shown,
                           const util::Limit& limit) const;

  // Makes one of hard links to `shown`, if there is none: for the pause. What cannot be linked is
  // left out. Nothing is made of a tree that has no manifest.
  util::Result<void> prepare(const Published& shown, const util::Limit& limit) const;

  // Takes it away for one build: moves it beside the build's folder, so that it is rubbish whatever
  // comes. Nothing if there is none of use.
  std::optional<OldTree> take(const BuildFolder& build) const;

  util::Result<void> drop(const util::Limit& limit) const;
  // Removes one that was not finished, or is damaged.
  util::Result<void> recover(const util::Limit& limit) const;

 private:
  std::optional<OldTree> open() const;
  util::Result<void> move_in(const Revision& old) const;
  util::Result<void> strip(const Revision& old, const Published& shown,
                           const util::Limit& limit) const;
  util::Result<void> fill(const Published& shown, const util::Limit& limit) const;

  const Layout layout_;
  const std::vector<std::string> own_names_;
  const log::Logger log_;
  const Rubbish rubbish_;
  const Manifests manifests_;
};

}  // namespace gitsync::tree
