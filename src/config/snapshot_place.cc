// SPDX-License-Identifier: Apache-2.0
#include "config/snapshot_place.h"

#include <utility>

#include "util/quote.h"
#include "util/url.h"

namespace gitsync::config {

using util::Result;

namespace {

std::unexpected<util::Error> wrong(std::string why) {
  return util::fail(util::ErrorKind::kInvalid, std::move(why));
}

Result<SnapshotPlace> parse_bucket(std::string_view text) {
  constexpr std::string_view kEnd = ".json";
  BucketPlace place;
  GS_TRY(place.folder, s3::parse_address(text));
  std::string& key = place.folder.key;
  if (key.ends_with(kEnd)) {
    const auto name = key.rfind('/') + 1;  // 0 without one
    place.name = key.substr(name, key.size() - name - kEnd.size());
    key.erase(name);
    if (place.name.empty()) return wrong("has no name before .json");
  }
  if (!key.empty() && !key.ends_with('/')) key += '/';
  return place;
}

Result<SnapshotPlace> parse_registry(std::string_view text) {
  RegistryPlace place;
  GS_TRY(place.repository, oci::parse_reference(text));
  if (!place.repository.digest.empty()) return wrong("must not have a digest: what is put decides");
  // A port is before the repository.
  place.has_tag = text.substr(text.rfind('/') + 1).find(':') != std::string_view::npos;
  return place;
}

}  // namespace

Result<SnapshotPlace> parse_snapshot_place(std::string_view text) {
  if (text.starts_with("s3://")) return parse_bucket(text);
  if (text.starts_with("oci://")) return parse_registry(text);
  return wrong("must be like s3://bucket/prefix/ or oci://registry/repository, not " +
               util::quoted(util::redact_url_and_query(std::string(text))));
}

}  // namespace gitsync::config
