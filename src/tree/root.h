// SPDX-License-Identifier: Apache-2.0
// What a root holds, and making room in it without harming what is published
// (docs/contract.md#sanity).

#pragma once

#include <optional>
#include <string_view>

#include "log/logger.h"
#include "tree/layout.h"
#include "tree/publisher.h"
#include "tree/rubbish.h"
#include "util/folder.h"

namespace gitsync::tree {

// Thread-safety: none; belongs to the loop of one repository, under the root's turn.
class Root {
 public:
  Root(Layout layout, log::Logger logger);

  // Whether nothing is there but furniture.
  util::Result<bool> is_empty() const;
  // Whether a tree of ours is there, so that the root must not be cleared. `published`: what the
  // link points to, or nothing.
  bool holds_our_trees(const std::optional<Published>& published) const;
  // Removes everything but furniture and dangling links, one of which may be the published one.
  util::Result<void> clear() const;

  // Moves a store that is of no use away, so that a new one can be made while all trees stay. `why`
  // and `fields` are for the log.
  util::Result<void> set_store_aside(std::string_view why = "repository is damaged",
                                     log::Fields fields = {}) const;
  // Removes what set_store_aside() moved, now that its replacement is published.
  void forget_old_stores() const;

  // Removes a symlink or file in the place of `.worktrees`: building and deleting below it would
  // happen outside the root.
  util::Result<void> claim_trees() const;

 private:
  static bool keeps_old_store(const util::Folder& root);
  util::Result<void> discard(std::string_view name) const;

  const Layout layout_;
  const log::Logger log_;
  const Rubbish rubbish_;
};

}  // namespace gitsync::tree
