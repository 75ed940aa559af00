// SPDX-License-Identifier: Apache-2.0
#include "config/snapshot_place.h"

#include <utility>

#include "util/quote.h"
#include "util/url.h"

namespace gitsync::config {

using util::Result;

Result<SnapshotPlace> parse_snapshot_place(std::string_view text) {
  constexpr std::string_view kEnd = ".json";
  if (!text.starts_with("s3://")) {
    return util::fail(util::ErrorKind::kInvalid,
                      "must be like s3://bucket/prefix/, not " +
                          util::quoted(util::redact_url_and_query(std::string(text))));
  }
  SnapshotPlace place;
  GS_TRY(place.folder, s3::parse_address(text));
  std::string& key = place.folder.key;
  if (key.ends_with(kEnd)) {
    const auto name = key.rfind('/') + 1;  // 0 without one
    place.name = key.substr(name, key.size() - name - kEnd.size());
    key.erase(name);
    if (place.name.empty()) {
      return util::fail(util::ErrorKind::kInvalid, "has no name before .json");
    }
  }
  if (!key.empty() && !key.ends_with('/')) key += '/';
  return place;
}

}  // namespace gitsync::config
