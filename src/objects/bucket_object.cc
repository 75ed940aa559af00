// SPDX-License-Identifier: Apache-2.0
#include "objects/bucket_object.h"

#include <utility>

namespace gitsync::objects {

using util::Result;

BucketObject::BucketObject(s3::Address address, s3::Client client)
    : address_(std::move(address)), client_(std::move(client)) {}

Result<std::string> BucketObject::look(const std::string& known, const util::Limit& limit) {
  GS_TRY(const auto answer, client_.head(address_.key, {.if_none_match = known}, limit));
  if (answer.outcome == s3::Outcome::kNotModified) return known;
  if (answer.outcome == s3::Outcome::kMissing) {
    return util::fail(util::ErrorKind::kNotFound, util::Cause::kObjectMissing,
                      "there is no object " + address());
  }
  if (answer.object.etag.empty()) {
    return util::fail(util::ErrorKind::kProtocol, util::Cause::kNoVersions,
                      "the server has no ETag for " + address());
  }
  return answer.object.etag;
}

Result<void> BucketObject::get(const std::string& stamp,
                               const std::function<Result<void>(std::string_view)>& sink,
                               const util::Limit& limit) {
  GS_TRY(const auto answer, client_.get(address_.key, {.if_match = stamp}, {.body = sink}, limit));
  if (answer.outcome == s3::Outcome::kDone) return {};
  return util::fail(util::ErrorKind::kMoved, address() + " was replaced since it was looked at");
}

}  // namespace gitsync::objects
