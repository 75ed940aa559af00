// SPDX-License-Identifier: Apache-2.0
#include "source/power_cut.h"

#include <string>
#include <utility>

#include "source/lost_content.h"
#include "source/worktree_pointers.h"
#include "tree/run_marker.h"
#include "util/volume_kind.h"

namespace gitsync::source {

using util::Result;

PowerCut::PowerCut(tree::Layout layout, log::Logger logger)
    : layout_(std::move(layout)),
      log_(std::move(logger)),
      happened_(tree::RunMarker::tells_of_power_cut(layout_) &&
                util::kind_of_volume(layout_.root) != util::VolumeKind::kNetwork) {}

void PowerCut::mend_pointers(const std::optional<tree::Published>& shown) const {
  if (!happened_ || !shown || !shown->revision) return;
  if (shown->tree != layout_.tree(*shown->revision)) return;
  const auto mended = mend_worktree_pointers(layout_, *shown->revision);
  if (!mended) log_.error("cannot mend the published worktree", mended.error());
}

Result<bool> PowerCut::is_whole(const tree::Published& shown, const util::Limit& limit) const {
  log_.info(0, "verifying the published tree: the machine stopped under the last process",
            {{"path", shown.tree}});
  const auto lost = expose_lost_content(layout_, shown, limit);
  GS_TRY_VOID(limit.check());
  if (lost && *lost == 0) return true;
  log_.info(0, "restoring what was lost of the published tree",
            {{"path", shown.tree}, {"files", lost ? std::to_string(*lost) : "all"}});
  return false;
}

}  // namespace gitsync::source
