// SPDX-License-Identifier: Apache-2.0
// Publishing snapshots: where to, and not into what is being read.

#include <string>

#include "config/repo_kind.h"
#include "config/snapshot_place.h"
#include "config/validate.h"

namespace gitsync::config {
namespace {

// Whether a snapshot that is put there changes what --repo shows, which is then published again.
bool is_source(const BucketPlace& place, const std::string& repo) {
  const auto source = s3::parse_address(repo);
  if (!source || source->bucket != place.folder.bucket) return false;
  if (kind_of_repo(repo) == RepoKind::kBucketFolder) {
    return place.folder.key.starts_with(source->key);
  }
  return source->key.starts_with(place.folder.key) &&
         source->key.find('/', place.folder.key.size()) == std::string::npos;
}

bool is_source(const RegistryPlace& place, const std::string& repo) {
  const auto source = oci::parse_reference(repo);
  return kind_of_repo(repo) == RepoKind::kRegistry && source &&
         source->registry == place.repository.registry &&
         source->repository == place.repository.repository;
}

}  // namespace

Complaint check_snapshots(const Inputs& inputs) {
  constexpr std::int64_t kMost = 500;
  if (inputs.snapshot_keep < 0 || inputs.snapshot_keep > kMost) {
    return "invalid flag: --snapshot-keep must be from 0 to " + std::to_string(kMost) + ", not " +
           std::to_string(inputs.snapshot_keep);
  }
  for (const auto& text : inputs.publish_snapshots) {
    if (text.empty()) continue;
    const auto place = parse_snapshot_place(text);
    if (!place) return "invalid flag: --publish-snapshot " + place.error().message;
    const auto ask = [&](const auto& there) { return is_source(there, inputs.repo); };
    if (std::visit(ask, *place)) {
      return "invalid flag: --publish-snapshot must not be where --repo is: each snapshot would be "
             "a change of what is synced";
    }
  }
  return std::nullopt;
}

}  // namespace gitsync::config
