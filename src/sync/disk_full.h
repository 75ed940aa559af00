// SPDX-License-Identifier: Apache-2.0
// What a full disk means: once for each revision that does not fit, the source frees what only that
// revision took, so that a smaller one has room.

#pragma once

#include <optional>

#include "log/logger.h"
#include "source/source.h"
#include "tree/turn.h"

namespace gitsync::sync {

// Thread-safety: none; belongs to the loop of one repository.
class DiskFull {
 public:
  // `source` outlives this.
  DiskFull(source::Source& source, log::Logger logger) : source_(source), log_(std::move(logger)) {}

  // After a failed pass, still in its `turn`; if that was lost nothing is freed. `error` is told
  // its cause if the disk was full. `tip`: the revision that was wanted, or nothing; `shown`: what
  // is published, or nothing.
  void relieve(util::Error& error, const std::optional<tree::Revision>& tip,
               const std::optional<tree::Published>& shown, const tree::Turn& turn,
               const util::Limit& limit);
  // After a good pass.
  void forget() { made_room_for_.reset(); }

 private:
  source::Source& source_;
  const log::Logger log_;
  std::optional<tree::Revision> made_room_for_;
};

}  // namespace gitsync::sync
