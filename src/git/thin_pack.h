// SPDX-License-Identifier: Apache-2.0
// Makes a pack whole whose deltas have bases elsewhere (gitformat-pack(5), "Deltified
// representation": on disk a pack is to be self contained).

#pragma once

#include "git/arrived_reader.h"
#include "git/object_id.h"
#include "git/received_objects.h"
#include "util/error.h"

namespace gitsync::git {

// Appends every borrowed base to the pack, which has been received and whose entries end at
// `content_end`, and writes its count and its checksum anew; returns the latter. The pack is read
// once more for that. Errors: those of the reader and of the disk.
util::Result<ObjectId> complete_thin_pack(ReceivedObjects& pack, std::uint64_t content_end,
                                          ArrivedReader& reader, const util::Limit& limit);

}  // namespace gitsync::git
