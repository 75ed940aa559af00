// SPDX-License-Identifier: Apache-2.0
#include "objects/bucket_listing.h"

#include <algorithm>
#include <utility>

#include "tree/entry_path.h"
#include "util/blamed.h"
#include "util/sha256.h"
#include "util/text.h"

namespace gitsync::objects {

using util::Result;

namespace {

void add(util::Sha256& hash, std::string_view text) {
  hash.update(text);
  hash.update(std::string_view("\0", 1));
}

// Equal only if the content is: an ETag is one of its bucket and key alone.
std::string content_id(const s3::ListedObject& object) {
  util::Sha256 hash;
  add(hash, object.etag);
  add(hash, std::to_string(object.size));
  return hash.finish();
}

bool is_git_folder(std::string_view name) { return util::to_lower(std::string(name)) == ".git"; }

// Whether a component of the path is git's, which no consumer should find in a tree.
bool is_within_git(std::string_view path) {
  while (!path.empty()) {
    const auto slash = std::min(path.find('/'), path.size());
    if (is_git_folder(path.substr(0, slash))) return true;
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return false;
}

}  // namespace

BucketListing::BucketListing(std::string prefix, std::vector<s3::ListedObject> objects)
    : prefix_(std::move(prefix)), objects_(std::move(objects)) {
  std::ranges::sort(objects_, {}, &s3::ListedObject::key);
  util::Sha256 hash;
  for (const auto& object : objects_) {
    add(hash, std::string_view(object.key).substr(prefix_.size()));
    add(hash, std::to_string(object.size));
    add(hash, object.etag);
  }
  revision_ = {util::to_hex(hash.finish())};
}

Result<EntryList> BucketListing::entries(std::string& left_out) const {
  std::vector<Entry> entries;
  entries.reserve(objects_.size());
  for (std::size_t place = 0; place < objects_.size(); ++place) {
    const auto& object = objects_[place];
    std::string_view path = std::string_view(object.key).substr(prefix_.size());
    if (path.empty()) continue;
    const bool is_folder = path.ends_with('/');
    if (is_folder) path.remove_suffix(1);
    if (auto is_path = tree::check_entry_path(path); !is_path) {
      return util::fail(util::ErrorKind::kProtocol, util::Cause::kKeyNoPath,
                        "the key " + tree::printable_path(object.key) +
                            " cannot be a path: " + is_path.error().message);
    }
    if (is_within_git(path)) {
      if (left_out.empty()) left_out = object.key;
      continue;
    }
    entries.push_back(
        {.path = std::string(path),
         .file = {.kind = is_folder ? tree::FileKind::kFolder : tree::FileKind::kRegular,
                  .content_id = is_folder ? "" : content_id(object)},
         .size = object.size,
         .place = place});
  }
  return util::blamed(EntryList::of(std::move(entries)), util::Cause::kKeyNoPath);
}

}  // namespace gitsync::objects
