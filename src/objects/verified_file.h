// SPDX-License-Identifier: Apache-2.0
// A file beside a pointer, gotten with its size and digest checked.

#pragma once

#include "objects/download.h"
#include "objects/snapshot_place.h"
#include "snapshot/pointer.h"

namespace gitsync::objects {

// What a Download is to do. It fails with kProtocol at the end of bytes that are not those that the
// pointer tells of, so that its reader sees no end of them. `place` outlives it.
Download::Get verified(SnapshotPlace& place, snapshot::StoredFile file, const util::Limit& limit);

}  // namespace gitsync::objects
