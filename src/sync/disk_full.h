// SPDX-License-Identifier: Apache-2.0
// What a full disk means: once for each revision that does not fit, the source frees what only that
// revision took, so that a smaller one has room.

#pragma once

#include <optional>

#include "log/logger.h"
#include "source/source.h"

namespace gitsync::sync {

// Thread-safety: none; belongs to the loop of one repository.
class DiskFull {
 public:
  explicit DiskFull(log::Logger logger) : log_(std::move(logger)) {}

  // After a failed pass, still in its turn. `error` is told its cause if the disk was full. `tip`:
  // the revision that was wanted, or nothing; `shown`: what is published, or nothing.
  void relieve(util::Error& error, const std::optional<tree::Revision>& tip,
               const std::optional<tree::Published>& shown, source::Source& source,
               const util::Limit& limit);
  // After a good pass.
  void forget() { made_room_for_.reset(); }

 private:
  const log::Logger log_;
  std::optional<tree::Revision> made_room_for_;
};

}  // namespace gitsync::sync
