// SPDX-License-Identifier: Apache-2.0
#include "tree/draft.h"

#include <utility>

namespace gitsync::tree {

Draft::Draft(const Layout& layout, Revision revision, Origin origin, const util::Limit& limit,
             const log::Logger& logger)
    : revision_(std::move(revision)),
      path_(layout.tree(revision_)),
      origin_(origin),
      stop_(limit.stop),
      rubbish_(layout, logger),
      log_(logger) {}

Draft::Draft(Draft&& other) noexcept
    : revision_(std::move(other.revision_)),
      path_(std::move(other.path_)),
      origin_(std::exchange(other.origin_, Origin::kFound)),
      stop_(other.stop_),
      rubbish_(other.rubbish_),
      log_(other.log_) {}

Draft::~Draft() {
  if (origin_ == Origin::kFound || (stop_ != nullptr && stop_->is_set())) return;
  if (const auto removed = rubbish_.discard(Layout::tree_name(revision_)); !removed) {
    log_.error("cannot remove an unfinished worktree", removed.error());
  }
}

}  // namespace gitsync::tree
