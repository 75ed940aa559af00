// SPDX-License-Identifier: Apache-2.0
#include "util/volume_kind.h"

#include <linux/magic.h>
#include <sys/vfs.h>

#include <algorithm>
#include <array>
#include <cstdint>

namespace gitsync::util {
namespace {

// Magic numbers of statfs(2) that <linux/magic.h> lacks.
constexpr std::uint32_t kLustre = 0x0bd00bd0;
constexpr std::uint32_t kGpfs = 0x47504653;

}  // namespace

VolumeKind kind_of_volume(const std::string& directory) {
  struct statfs volume{};
  if (::statfs(directory.c_str(), &volume) != 0) return VolumeKind::kLocal;
  constexpr std::array<std::uint32_t, 9> kRemote{
      NFS_SUPER_MAGIC,  SMB_SUPER_MAGIC,  CIFS_SUPER_MAGIC,
      SMB2_SUPER_MAGIC, CEPH_SUPER_MAGIC, AFS_SUPER_MAGIC,
      V9FS_MAGIC,       kLustre,          kGpfs};
  const auto type = static_cast<std::uint32_t>(volume.f_type);
  if (std::ranges::find(kRemote, type) != kRemote.end()) return VolumeKind::kNetwork;
  return type == FUSE_SUPER_MAGIC ? VolumeKind::kProgram : VolumeKind::kLocal;
}

}  // namespace gitsync::util
