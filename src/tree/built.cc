// SPDX-License-Identifier: Apache-2.0
#include "tree/built.h"

#include <chrono>
#include <utility>

#include "util/pause.h"

namespace gitsync::tree {

using util::Result;

Built::Built(Layout layout, Revision revision, BuildFolder folder, ManifestDraft manifest,
             const BuildCounts& counts, timespec built_at, log::Logger logger)
    : layout_(std::move(layout)),
      revision_(std::move(revision)),
      folder_(std::move(folder)),
      manifest_(std::move(manifest)),
      counts_(counts),
      built_at_(built_at),
      log_(std::move(logger)) {}

Result<void> Built::for_each_file(const std::function<Result<void>(const Record&)>& visit) const {
  GS_TRY(auto records, manifest_.read());
  while (const Record* record = records.peek()) {
    if (!record->is_directory) GS_TRY_VOID(visit(*record));
    GS_TRY_VOID(records.next());
  }
  return {};
}

// Whether what is written from now on gets another mtime than what was written in the build: else
// an edit that keeps the size would not show. Most file systems count in steps of 1 to 10 ms, old
// ones in seconds.
Result<bool> Built::outlast_tick(const util::Limit& limit) const {
  using namespace std::chrono_literals;
  const auto patience = limit.within(2500ms);
  while (true) {
    GS_TRY(const auto now, folder_.now());
    if (now.tv_sec != built_at_.tv_sec || now.tv_nsec != built_at_.tv_nsec) return true;
    GS_TRY_VOID(limit.check());
    if (patience.expired()) return false;
    util::pause_until(util::SteadyClock::now() + 1ms, limit);
  }
}

Result<Draft> Built::finish(const Turn& turn, const util::Limit& limit) && {
  GS_TRY(const bool has_ticked, outlast_tick(limit));
  if (has_ticked) {
    GS_TRY_VOID(std::move(manifest_).keep(revision_.id));
  } else {
    log_.info(1, "the clock of the volume stands still: the next tree cannot reuse this one");
    Manifests(layout_).remove(revision_.id);
  }
  GS_TRY_VOID(std::move(folder_).become(revision_.id));
  return Draft::built(layout_, std::move(revision_), turn, limit, log_);
}

}  // namespace gitsync::tree
