// SPDX-License-Identifier: Apache-2.0
#include "objects/bucket_contents.h"

#include <algorithm>
#include <functional>
#include <string>
#include <utility>

#include "tree/entry_path.h"

namespace gitsync::objects {

using tree::Change;
using util::Result;

namespace {

// What is larger streams, since it would have to be in memory whole.
constexpr std::uint64_t kSmall = std::uint64_t{1} << 20;
// Bytes that may wait until the files before them are written.
constexpr std::uint64_t kWindow = std::uint64_t{4} << 20;
constexpr int kMostTries = 3;

std::unexpected<util::Error> moved(const std::string& key) {
  return util::fail(util::ErrorKind::kMoved, util::Cause::kBucketChanging,
                    tree::printable_path(key) + " was replaced since it was listed");
}

Result<void> check(const s3::Answer& answer, const std::string& key) {
  if (answer.outcome != s3::Outcome::kDone) return moved(key);
  return {};
}

// The ETag was the same, so that this is not what was listed by no fault of an uploader.
std::unexpected<util::Error> wrong_size(const std::string& key) {
  return util::fail(util::ErrorKind::kProtocol, util::Cause::kNoBucketServer,
                    tree::printable_path(key) + ": its size is not what was announced");
}

// As many bytes as were listed, and no more.
Result<void> get(s3::Client& client, const s3::ListedObject& object,
                 const std::function<Result<void>(std::string_view)>& sink,
                 const util::Limit& limit) {
  std::uint64_t gotten = 0;
  const s3::ObjectSink into{.body = [&](std::string_view bytes) -> Result<void> {
    gotten += bytes.size();
    if (gotten > object.size) return wrong_size(object.key);
    return sink(bytes);
  }};
  GS_TRY(const auto answer, client.get(object.key, {.if_match = object.etag}, into, limit));
  GS_TRY_VOID(check(answer, object.key));
  return gotten == object.size ? Result<void>{} : wrong_size(object.key);
}

// One connection that breaks within an object among thousands must not end the build; the client
// itself repeats only what had not begun to come.
Result<std::string> fetch(s3::Client& client, const s3::ListedObject& object,
                          const util::Limit& limit) {
  for (int tries = 1;; ++tries) {
    std::string body;
    const auto keep = [&](std::string_view bytes) -> Result<void> {
      body += bytes;
      return {};
    };
    const auto gotten = get(client, object, keep, limit);
    if (gotten) return body;
    if (tries == kMostTries || !s3::is_of_broken_connection(gotten.error()) || !limit.check()) {
      return util::fail(gotten.error());
    }
  }
}

}  // namespace

BucketContents::BucketContents(const BucketListing& listing, EntryList entries, s3::Client& client,
                               tree::Layout layout, const tree::Published* base,
                               std::size_t concurrency)
    : listing_(listing),
      entries_(std::move(entries)),
      client_(client),
      layout_(std::move(layout)),
      base_(base),
      concurrency_(concurrency) {}

Result<void> BucketContents::for_each_change(
    const tree::Revision* from, const std::function<Result<void>(const Change&)>& visit,
    const util::Limit& limit) {
  const tree::Published* const base = from == nullptr ? nullptr : base_;
  GS_TRY_VOID(start(base, limit));
  return entries_.for_each_change(layout_, base, visit, limit);
}

// A first walk tells what will be read, and in which order.
Result<void> BucketContents::start(const tree::Published* base, const util::Limit& limit) {
  ahead_.reset();
  places_.clear();
  item_of_.clear();
  std::vector<std::uint64_t> sizes;
  const auto note = [&](const Change& change) -> Result<void> {
    const Entry* const entry = change.after ? entries_.find(change.path) : nullptr;
    if (entry == nullptr || entry->file.kind == tree::FileKind::kFolder) return {};
    if (entry->size > kSmall) return {};
    item_of_.emplace(entry->place, places_.size());
    places_.push_back(entry->place);
    sizes.push_back(entry->size);
    return {};
  };
  GS_TRY_VOID(entries_.for_each_change(layout_, base, note, limit));
  if (places_.size() < 2) return {};
  ahead_ = std::make_unique<FetchAhead>(std::move(sizes), kWindow, limit);
  for (std::size_t n = 0; n < std::min(concurrency_, places_.size()); ++n) {
    // std::function must be copyable, a client is not.
    auto client = std::make_shared<s3::Client>(client_.another());
    GS_TRY_VOID(ahead_->start([this, client, limit](std::size_t item) {
      return fetch(*client, listing_.object(places_[item]), limit);
    }));
  }
  return {};
}

Result<void> BucketContents::read(const tree::FileEntry& /*entry*/, std::string_view path,
                                  tree::ContentSink& sink, const util::Limit& limit) {
  const Entry* const entry = entries_.find(path);
  if (entry == nullptr) {
    return util::fail(util::ErrorKind::kCorrupt, tree::printable_path(path) + " is not listed");
  }
  GS_TRY_VOID(sink.expect(entry->size));
  const auto item = item_of_.find(entry->place);
  if (!ahead_ || item == item_of_.end()) return stream(*entry, sink, limit);
  GS_TRY(const auto content, ahead_->take(item->second));
  return sink.write(content);
}

Result<void> BucketContents::stream(const Entry& entry, tree::ContentSink& sink,
                                    const util::Limit& limit) {
  return get(
      client_, listing_.object(entry.place),
      [&](std::string_view bytes) { return sink.write(bytes); }, limit);
}

}  // namespace gitsync::objects
