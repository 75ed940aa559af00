// SPDX-License-Identifier: Apache-2.0
// Removing things from a root, in which others may write: never through a symlink, never into
// another file system, and never in the way of a pass. What cannot be removed, because a container
// of another user has made files in it, loses its name, and is tried again after later passes.

#pragma once

#include <string_view>

#include "log/logger.h"
#include "tree/layout.h"
#include "util/event.h"
#include "util/folder.h"

namespace gitsync::tree {

// Thread-safety: none; belongs to the loop of one repository, under the root's turn.
class Rubbish {
 public:
  Rubbish(Layout layout, log::Logger logger);

  // Makes the name `path` free, which is relative to the root. Returns whether all of it is gone;
  // false if something had to be put aside, which is logged with its owner.
  // Errors: the name is still taken; kTimeout, kStopped.
  util::Result<bool> discard(std::string_view path, const util::Limit& limit = {}) const;

  // Tries again to remove what was put aside before; bounded. Returns whether anything went.
  util::Result<bool> retry(const util::Limit& limit) const;
  // Whether nothing is put aside in the root itself; false if that cannot be told.
  bool is_empty() const;

 private:
  const Layout layout_;
  const log::Logger log_;
};

}  // namespace gitsync::tree
