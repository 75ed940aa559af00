// SPDX-License-Identifier: Apache-2.0
#include "http/snapshot_name.h"

#include <algorithm>

#include "util/text.h"

namespace gitsync::http {
namespace {

constexpr std::size_t kMostBytes = 255;  // of a name, on the file systems that there are

bool is_allowed(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '_' || c == '-';
}

bool names_content(std::string_view stem) {
  const auto dots = stem.find("..");
  if (dots == std::string_view::npos) return util::is_full_hash(stem);
  return util::is_full_hash(stem.substr(0, dots)) && util::is_full_hash(stem.substr(dots + 2));
}

}  // namespace

std::optional<SnapshotKind> kind_of_snapshot(std::string_view name) {
  constexpr std::string_view kPointer = ".json";
  constexpr std::string_view kArchive = ".tar.gz";
  if (name.size() > kMostBytes || name.starts_with('.') || !std::ranges::all_of(name, is_allowed)) {
    return std::nullopt;
  }
  if (name.ends_with(kPointer)) return SnapshotKind::kPointer;
  if (!name.ends_with(kArchive)) return std::nullopt;
  name.remove_suffix(kArchive.size());
  return names_content(name) ? SnapshotKind::kImmutable : SnapshotKind::kLatest;
}

}  // namespace gitsync::http
