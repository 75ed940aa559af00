// SPDX-License-Identifier: Apache-2.0
#include "objects/bucket_folder.h"

#include <utility>

#include "objects/bucket_contents.h"
#include "s3/listing.h"
#include "tree/entry_path.h"

namespace gitsync::objects {

using util::Cause;
using util::Result;

namespace {

// Somebody uploads; the next pass asks again.
constexpr int kMostListings = 4;

// What was listed so far, against the limits.
class Sum {
 public:
  Sum(const archive::Limits& limits, std::string address)
      : limits_(limits), address_(std::move(address)) {}

  Result<void> add(const s3::ListedObject& object) {
    if (++objects_ > limits_.max_members) {
      return refuse(Cause::kTooManyFiles,
                    "has more than " + std::to_string(limits_.max_members) + " objects");
    }
    if (object.size > limits_.max_bytes - bytes_) {
      return refuse(Cause::kTreeTooLarge,
                    "holds more than " + archive::show_bytes(limits_.max_bytes) + " (" +
                        limits_.setting + "): refused at " + tree::printable_path(object.key) +
                        " of " + archive::show_bytes(object.size) + ", after " +
                        archive::show_bytes(bytes_));
    }
    bytes_ += object.size;
    return {};
  }

 private:
  std::unexpected<util::Error> refuse(Cause cause, const std::string& why) const {
    return util::fail(util::ErrorKind::kProtocol, cause, address_ + " " + why);
  }

  const archive::Limits& limits_;
  const std::string address_;
  std::uint64_t objects_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace

BucketFolder::BucketFolder(BucketFolderOptions options, s3::Client client, log::Logger logger)
    : options_(std::move(options)), log_(std::move(logger)), client_(std::move(client)) {}

// Before the revision is told: what is left out is no change.
bool BucketFolder::is_left_out(std::string_view key) const {
  std::string_view path = key.substr(options_.address.key.size());
  const bool is_folder = path.ends_with('/');
  if (is_folder) path.remove_suffix(1);
  return options_.exclude.match(path, is_folder);
}

Result<BucketListing> BucketFolder::list(const util::Limit& limit) {
  std::vector<s3::ListedObject> objects;
  Sum sum(options_.limits, options_.address.display());
  const auto take = [&](s3::ListedObject&& object) -> Result<void> {
    if (is_left_out(object.key)) return {};
    if (object.etag.empty() && !object.key.ends_with('/')) {
      return util::fail(util::ErrorKind::kProtocol, Cause::kNoVersions,
                        "the server has no ETag for " + tree::printable_path(object.key));
    }
    GS_TRY_VOID(sum.add(object));
    objects.push_back(std::move(object));
    return {};
  };
  GS_TRY(const auto summary, s3::list_objects(client_, options_.address.key, take, limit));
  // A mistyped prefix, more often than a wish for an empty tree.
  if (objects.empty()) {
    return util::fail(util::ErrorKind::kNotFound, Cause::kBucketEmpty,
                      "there is nothing at " + options_.address.display());
  }
  log_.info(3, "listed", {{"address", options_.address.display()}, {"pages", summary.pages}});
  return BucketListing(options_.address.key, std::move(objects));
}

Result<source::Resolved> BucketFolder::resolve(const std::optional<tree::Revision>& shown,
                                               const util::Limit& limit) {
  listing_.reset();
  GS_TRY(auto listing, list(limit));
  for (int n = 1; listing.revision() != shown; ++n) {
    GS_TRY(auto again, list(limit));
    const bool agree = again.revision() == listing.revision();
    listing = std::move(again);
    if (agree) break;
    if (n == kMostListings) {
      return util::fail(util::ErrorKind::kNetwork, Cause::kBucketChanging,
                        options_.address.display() + " changes while it is listed");
    }
  }
  source::Resolved found{.revision = listing.revision()};
  // Most polls end here.
  if (found.revision != shown) listing_.emplace(std::move(listing));
  return found;
}

Result<std::unique_ptr<tree::TreeContents>> BucketFolder::open(const tree::Revision& revision,
                                                               const tree::Published* base,
                                                               const util::Limit& limit) {
  if (!listing_) {
    GS_TRY(auto listing, list(limit));
    listing_.emplace(std::move(listing));
  }
  if (listing_->revision() != revision) {
    return util::fail(util::ErrorKind::kMoved, Cause::kBucketChanging,
                      options_.address.display() + " has changed since it was listed");
  }
  GS_TRY_VOID(limit.check());
  std::string left_out;
  GS_TRY(auto entries, listing_->entries(left_out));
  if (left_out != said_of_names_ && !left_out.empty()) {
    log_.info(0, "objects below .git are left out", {{"key", left_out}});
  }
  said_of_names_ = left_out;
  return std::make_unique<BucketContents>(*listing_, std::move(entries), client_, options_.layout,
                                          base, options_.concurrency);
}

Result<source::About> BucketFolder::about(const tree::Revision& /*revision*/,
                                          const util::Limit& /*limit*/) {
  return source::About{
      .time = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()),
      .subject = options_.address.display()};
}

}  // namespace gitsync::objects
