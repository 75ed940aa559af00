// SPDX-License-Identifier: Apache-2.0
#include "tree/layout.h"

#include "util/volume_kind.h"

namespace gitsync::tree {

std::size_t Layout::calls_at_once() const {
  if (width != 0) return width;
  constexpr std::size_t kOverNetwork = 8;
  return util::kind_of_volume(root) == util::VolumeKind::kLocal ? 1 : kOverNetwork;
}

}  // namespace gitsync::tree
