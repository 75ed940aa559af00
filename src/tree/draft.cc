// SPDX-License-Identifier: Apache-2.0
#include "tree/draft.h"

#include <utility>

#include "util/files.h"

namespace gitsync::tree {

Draft::Draft(Revision revision, std::string path, Origin origin, const util::Limit& limit,
             log::Logger logger)
    : revision_(std::move(revision)),
      path_(std::move(path)),
      origin_(origin),
      stop_(limit.stop),
      log_(std::move(logger)) {}

Draft::Draft(Draft&& other) noexcept
    : revision_(std::move(other.revision_)),
      path_(std::move(other.path_)),
      origin_(std::exchange(other.origin_, Origin::kFound)),
      stop_(other.stop_),
      log_(std::move(other.log_)) {}

Draft::~Draft() {
  if (origin_ == Origin::kFound || (stop_ != nullptr && stop_->is_set())) return;
  if (const auto removed = util::remove_tree(path_); !removed) {
    log_.error("cannot remove an unfinished worktree", removed.error());
  }
}

}  // namespace gitsync::tree
