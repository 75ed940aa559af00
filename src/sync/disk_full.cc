// SPDX-License-Identifier: Apache-2.0
#include "sync/disk_full.h"

#include <cerrno>
#include <utility>
#include <vector>

namespace gitsync::sync {
namespace {

using util::Cause;

// For making room after a pass that may have used up its own time.
constexpr std::chrono::seconds kRoomLimit{60};

Cause cause_of(const util::Error& error) {
  if (error.sys_errno == ENOSPC) return Cause::kDiskFull;
  if (error.sys_errno == EDQUOT) return Cause::kQuota;
  return error.cause;
}

}  // namespace

void DiskFull::relieve(util::Error& error, const std::optional<tree::Revision>& tip,
                       const std::optional<tree::Published>& shown, const tree::Turn& turn,
                       const util::Limit& limit) {
  const Cause cause = cause_of(error);
  // A full TMPDIR, which may lie on the same disk, has its own advice.
  if (error.cause != Cause::kTemporaryFolder) error.cause = cause;
  const bool full = cause == Cause::kDiskFull || cause == Cause::kQuota;
  // Who has the turn now may need what looks superfluous.
  if (!full || limit.stopped() || !turn.check()) return;
  // Once only: what does not fit has to be fetched again afterwards.
  const tree::Revision key = tip.value_or(tree::Revision{});
  if (std::exchange(made_room_for_, key) == key) return;
  std::vector<tree::Revision> keep;
  if (shown && shown->revision) keep.push_back(*shown->revision);
  const util::Limit own = util::Limit{.stop = limit.stop}.within(kRoomLimit);
  if (const auto made = source_.reclaim(keep, source::Urgency::kDiskFull, own); !made) {
    log_.error("cannot make room on the full disk", made.error());
  }
}

}  // namespace gitsync::sync
