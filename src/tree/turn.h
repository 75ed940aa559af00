// SPDX-License-Identifier: Apache-2.0
// Turns on one root: processes that share it work on it one pass at a time (docs/design.md#turns).

#pragma once

#include <optional>

#include "log/logger.h"
#include "tree/layout.h"
#include "util/dir_lock.h"
#include "util/event.h"

namespace gitsync::tree {

// The right to work on a root, given back by the destructor. Move-only.
class [[nodiscard]] Turn {
 public:
  // Without a lock on a volume that has none.
  explicit Turn(std::optional<util::DirLock> lock) : lock_(std::move(lock)) {}

  // Fails with kBusy if somebody has removed or replaced the lock's file meanwhile, so that another
  // process may have the turn as well. To be asked before what must not happen twice.
  util::Result<void> check() const;

 private:
  std::optional<util::DirLock> lock_;
};

// Thread-safety: none; belongs to the loop of one repository.
class Turns {
 public:
  Turns(Layout layout, log::Logger logger);

  // Waits until nobody else has the turn, with one log line. Makes the root if it is gone.
  // Errors: kTimeout, kStopped; kLocal with a hint if the root may not be written.
  util::Result<Turn> take(const util::Limit& limit);

 private:
  util::Result<util::DirLock> lock(const util::Limit& limit) const;

  const Layout layout_;
  const log::Logger log_;
  bool said_without_locks_ = false;
};

}  // namespace gitsync::tree
