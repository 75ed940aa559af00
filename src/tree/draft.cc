// SPDX-License-Identifier: Apache-2.0
#include "tree/draft.h"

#include <utility>

namespace gitsync::tree {

Draft Draft::built(const Layout& layout, Revision revision, const Turn& turn,
                   const util::Limit& limit, const log::Logger& logger) {
  return {layout, std::move(revision), &turn, limit.stop, logger};
}

Draft Draft::found(const Layout& layout, Revision revision, const log::Logger& logger) {
  return {layout, std::move(revision), nullptr, nullptr, logger};
}

Draft::Draft(const Layout& layout, Revision revision, const Turn* turn, const util::Event* stop,
             const log::Logger& logger)
    : revision_(std::move(revision)),
      path_(layout.tree(revision_)),
      turn_(turn),
      stop_(stop),
      rubbish_(layout, logger),
      log_(logger) {}

Draft::Draft(Draft&& other) noexcept
    : revision_(std::move(other.revision_)),
      path_(std::move(other.path_)),
      turn_(std::exchange(other.turn_, nullptr)),
      stop_(other.stop_),
      rubbish_(std::move(other.rubbish_)),
      log_(std::move(other.log_)) {}

Draft::~Draft() {
  if (turn_ == nullptr || (stop_ != nullptr && stop_->is_set()) || !turn_->check()) return;
  if (const auto removed = rubbish_.discard(Layout::tree_name(revision_)); !removed) {
    log_.error("cannot remove an unfinished worktree", removed.error());
  }
}

}  // namespace gitsync::tree
