// SPDX-License-Identifier: Apache-2.0
#include "objects/verified_file.h"

#include <utility>

#include "util/sha256.h"
#include "util/text.h"

namespace gitsync::objects {

using util::Result;

Download::Get verified(SnapshotPlace& place, snapshot::StoredFile file, const util::Limit& limit) {
  return [&place, file = std::move(file), limit](const Download::Sink& sink) -> Result<void> {
    util::Sha256 hash;
    std::uint64_t size = 0;
    const auto watched = [&](std::string_view bytes) -> Result<void> {
      size += bytes.size();
      if (size > file.size) {
        return util::fail(util::ErrorKind::kProtocol, util::Cause::kSnapshotDamaged,
                          file.key + " is longer than it should be");
      }
      hash.update(bytes);
      return sink(bytes);
    };
    GS_TRY_VOID(place.get(file.key, watched, limit));
    if (size == file.size && util::to_hex(hash.finish()) == file.sha256) return {};
    return util::fail(util::ErrorKind::kProtocol, util::Cause::kSnapshotDamaged,
                      file.key + " is not what the pointer tells of: it was replaced or damaged");
  };
}

}  // namespace gitsync::objects
