// SPDX-License-Identifier: Apache-2.0
#include "source/power_cut.h"

#include <linux/magic.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>
#include <utility>

#include "source/lost_content.h"
#include "source/worktree_pointers.h"
#include "tree/run_marker.h"

namespace gitsync::source {

using util::Result;

namespace {

// Magic numbers of statfs(2) that <linux/magic.h> lacks.
constexpr std::uint32_t kLustre = 0x0bd00bd0;
constexpr std::uint32_t kGpfs = 0x47504653;

bool is_on_local_volume(const std::string& directory) {
  struct statfs volume{};
  if (::statfs(directory.c_str(), &volume) != 0) return true;
  constexpr std::array<std::uint32_t, 9> kRemote{
      NFS_SUPER_MAGIC,  SMB_SUPER_MAGIC,  CIFS_SUPER_MAGIC,
      SMB2_SUPER_MAGIC, CEPH_SUPER_MAGIC, AFS_SUPER_MAGIC,
      V9FS_MAGIC,       kLustre,          kGpfs};
  return std::ranges::find(kRemote, static_cast<std::uint32_t>(volume.f_type)) == kRemote.end();
}

}  // namespace

PowerCut::PowerCut(tree::Layout layout, log::Logger logger)
    : layout_(std::move(layout)),
      log_(std::move(logger)),
      happened_(tree::RunMarker::tells_of_power_cut(layout_) && is_on_local_volume(layout_.root)) {}

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
