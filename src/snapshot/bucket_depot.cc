// SPDX-License-Identifier: Apache-2.0
#include "snapshot/bucket_depot.h"

#include <utility>

#include "s3/listing.h"
#include "snapshot/names.h"
#include "util/sha256.h"
#include "util/text.h"

namespace gitsync::snapshot {

using s3::Outcome;
using util::Result;

namespace {

// What never changes may be kept by whoever stands between; what changes must be asked for.
std::vector<net::Header> headers_of(std::string_view type, bool changes) {
  return {{"Content-Type", std::string(type)},
          {"Cache-Control", changes ? "no-cache" : "public, max-age=31536000, immutable"}};
}

constexpr std::string_view kGzip = "application/gzip";
constexpr std::string_view kJson = "application/json";

s3::Content content_of(const Bytes& bytes) {
  return net::FileBody{.fd = bytes.fd, .size = bytes.size};
}

}  // namespace

BucketDepot::BucketDepot(s3::Address place, s3::Client client)
    : place_(std::move(place)), client_(std::move(client)) {}

Result<Outcome> BucketDepot::put_if(const std::string& key, const s3::Content& content,
                                    s3::PutOptions options, const util::Limit& limit) {
  if (!knows_conditions_) options.condition = {};
  GS_TRY(auto answer, client_.put(place_.key + key, content, options, limit));
  if (answer.outcome == Outcome::kNoConditions) {
    knows_conditions_ = false;
    options.condition = {};
    GS_TRY(answer, client_.put(place_.key + key, content, options, limit));
  }
  return answer.outcome;
}

Result<std::optional<StoredFile>> BucketDepot::add(const std::string& key, const Bytes& bytes,
                                                   const util::Limit& limit) {
  // Also where the condition is not kept a file that never changes is not written twice.
  GS_TRY(auto there, look_at(key, limit));
  if (there) return there;
  GS_TRY(const auto outcome, put_if(key, content_of(bytes),
                                    {.condition = {.if_none_match = "*"},
                                     .headers = headers_of(kGzip, /*changes=*/false)},
                                    limit));
  if (outcome == Outcome::kDone) return std::nullopt;
  return look_at(key, limit);
}

// Reads all of it: the digest that counts is that of the bytes that are there.
Result<std::optional<StoredFile>> BucketDepot::look_at(const std::string& key,
                                                       const util::Limit& limit) {
  GS_TRY(const auto seen, client_.head(place_.key + key, {}, limit));
  if (seen.outcome == Outcome::kMissing) return std::nullopt;
  StoredFile file{.key = key};
  util::Sha256 hash;
  const auto body = [&](std::string_view bytes) -> Result<void> {
    hash.update(bytes);
    file.size += bytes.size();
    return {};
  };
  GS_TRY(const auto got, client_.get(place_.key + key, {}, {.body = body}, limit));
  if (got.outcome != Outcome::kDone) return std::nullopt;
  file.sha256 = util::to_hex(hash.finish());
  return file;
}

Result<void> BucketDepot::put(const std::string& key, const Bytes& bytes,
                              const util::Limit& limit) {
  GS_TRY([[maybe_unused]] const auto answer,
         client_.put(place_.key + key, content_of(bytes),
                     {.headers = headers_of(kGzip, /*changes=*/true)}, limit));
  return {};
}

Result<std::optional<std::uint64_t>> BucketDepot::size(const std::string& key,
                                                       const util::Limit& limit) {
  GS_TRY(const auto seen, client_.head(place_.key + key, {}, limit));
  if (seen.outcome == Outcome::kMissing) return std::nullopt;
  return seen.object.size;
}

Result<std::optional<Document>> BucketDepot::read(const std::string& key,
                                                  const util::Limit& limit) {
  GS_TRY(auto read, client_.read(place_.key + key, {}, kMostPointerBytes, limit));
  if (read.answer.outcome == Outcome::kMissing) return std::nullopt;
  return Document{.text = std::move(read.body), .version = read.answer.object.etag};
}

Result<void> BucketDepot::replace(const std::string& key, const Document& next,
                                  const util::Limit& limit) {
  s3::PutOptions options{.headers = headers_of(kJson, /*changes=*/true)};
  if (next.version.empty()) {
    options.condition.if_none_match = "*";
  } else {
    options.condition.if_match = next.version;
  }
  GS_TRY(const auto outcome, put_if(key, std::string_view(next.text), std::move(options), limit));
  if (outcome == Outcome::kDone) return {};
  return util::fail(util::ErrorKind::kMoved, address() + key + " was changed by somebody else");
}

Result<void> BucketDepot::remove(const std::string& key, const util::Limit& limit) {
  return client_.remove(place_.key + key, limit);
}

Result<std::vector<std::string>> BucketDepot::pointers(const util::Limit& limit) {
  std::vector<std::string> keys;
  const auto visit = [&](s3::ListedObject&& object) -> Result<void> {
    std::string key = object.key.substr(place_.key.size());
    if (key.ends_with(kPointerEnd) && is_key(key)) keys.push_back(std::move(key));
    return {};
  };
  GS_TRY([[maybe_unused]] const auto summary, s3::list_objects(client_, place_.key, visit, limit));
  return keys;
}

}  // namespace gitsync::snapshot
