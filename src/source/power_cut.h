// SPDX-License-Identifier: Apache-2.0
// What a power cut may have taken from a published tree (docs/design.md#fetch): its files are not
// flushed one by one. So some may be empty, and some may have their size and times, and other
// bytes, which stat data do not tell.

#pragma once

#include <cstddef>
#include <optional>

#include "log/logger.h"
#include "tree/layout.h"
#include "tree/publisher.h"
#include "util/error.h"
#include "util/event.h"

namespace gitsync::source {

// Thread-safety: none; belongs to the loop of one repository, under the root's turn.
class PowerCut {
 public:
  // Finds out whether the last process on this root went with its machine. Not where the volume is
  // a remote one: then the pod has only moved to another node, and all that was written is there.
  PowerCut(tree::Layout layout, log::Logger logger);

  bool is_to_be_mended() const { return happened_; }
  void is_over() { happened_ = false; }

  // Before the repository is looked at: whoever does not find git's pointers right takes it for
  // somebody else's. What fails is logged.
  void mend_pointers(const std::optional<tree::Published>& shown) const;

  // Whether each file of the tree is as the index says, by its hash. Those that are not get a new
  // mtime: then whoever compares stat data with the index, as git does, reads them. False also
  // where there is no index.
  // Errors: by the limit.
  util::Result<bool> is_whole(const tree::Published& shown, const util::Limit& limit) const;

 private:
  const tree::Layout layout_;
  const log::Logger log_;
  bool happened_;
};

}  // namespace gitsync::source
