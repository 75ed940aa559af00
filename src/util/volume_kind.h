// SPDX-License-Identifier: Apache-2.0
// What kind of file system a folder is on, as far as it matters to us.

#pragma once

#include <string>

namespace gitsync::util {

enum class VolumeKind {
  kLocal,    // and whatever cannot be told
  kNetwork,  // NFS (EFS too), SMB, CephFS, AFS, 9P, Lustre, GPFS: each call is a round trip
  kProgram,  // FUSE: often a network file system, always slower than one of the kernel
};

VolumeKind kind_of_volume(const std::string& directory);

}  // namespace gitsync::util
