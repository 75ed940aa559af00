// SPDX-License-Identifier: Apache-2.0
#include "http/snapshot_name.h"

#include "snapshot/names.h"
#include "util/text.h"

namespace gitsync::http {
namespace {

constexpr std::size_t kMostBytes = 255;  // of a name, on the file systems that there are

bool names_content(std::string_view stem) {
  const auto dots = stem.find("..");
  if (dots == std::string_view::npos) return util::is_full_hash(stem);
  return util::is_full_hash(stem.substr(0, dots)) && util::is_full_hash(stem.substr(dots + 2));
}

}  // namespace

std::optional<SnapshotKind> kind_of_snapshot(std::string_view name) {
  if (name.size() > kMostBytes || !snapshot::is_plain_name(name)) return std::nullopt;
  if (name.ends_with(snapshot::kPointerEnd)) return SnapshotKind::kPointer;
  if (!name.ends_with(snapshot::kArchiveEnd)) return std::nullopt;
  name.remove_suffix(snapshot::kArchiveEnd.size());
  return names_content(name) ? SnapshotKind::kImmutable : SnapshotKind::kLatest;
}

}  // namespace gitsync::http
