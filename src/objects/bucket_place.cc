// SPDX-License-Identifier: Apache-2.0
#include "objects/bucket_place.h"

#include <utility>

#include "snapshot/pointer.h"
#include "util/blamed.h"

namespace gitsync::objects {

using util::Result;

BucketPlace::BucketPlace(s3::Address pointer, s3::Client client)
    : pointer_(std::move(pointer)), client_(std::move(client)) {}

Result<std::optional<SnapshotPlace::Document>> BucketPlace::look(const std::string& known,
                                                                 const util::Limit& limit) {
  // What is longer is none.
  GS_TRY(auto read, util::blamed(client_.read(pointer_.key, {.if_none_match = known},
                                              snapshot::kMostPointerBytes, limit),
                                 util::Cause::kNoPointer));
  if (read.answer.outcome == s3::Outcome::kNotModified) return std::nullopt;
  if (read.answer.outcome == s3::Outcome::kMissing) {
    return util::fail(util::ErrorKind::kNotFound, util::Cause::kObjectMissing,
                      "there is no object " + address());
  }
  if (read.answer.object.etag.empty()) {
    return util::fail(util::ErrorKind::kProtocol, util::Cause::kNoVersions,
                      "the server has no ETag for " + address());
  }
  return Document{.text = std::move(read.body), .stamp = read.answer.object.etag};
}

Result<void> BucketPlace::get(const std::string& key,
                              const std::function<Result<void>(std::string_view)>& sink,
                              const util::Limit& limit) {
  const auto folder = pointer_.key.substr(0, pointer_.key.rfind('/') + 1);
  GS_TRY(const auto answer, client_.get(folder + key, {}, {.body = sink}, limit));
  if (answer.outcome == s3::Outcome::kDone) return {};
  return util::fail(util::ErrorKind::kMoved, util::Cause::kSnapshotGone,
                    "s3://" + pointer_.bucket + "/" + folder + key + " is gone");
}

}  // namespace gitsync::objects
