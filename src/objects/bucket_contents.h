// SPDX-License-Identifier: Apache-2.0
// The contents of a bucket's folder as a tree is built of them: small objects are fetched ahead, by
// several connections at once; large ones stream when their turn comes.

#pragma once

#include <memory>
#include <unordered_map>
#include <vector>

#include "objects/bucket_listing.h"
#include "objects/entry_list.h"
#include "objects/fetch_ahead.h"
#include "s3/client.h"
#include "tree/tree_contents.h"

namespace gitsync::objects {

// Thread-safety: none; belongs to one build.
class BucketContents final : public tree::TreeContents {
 public:
  // The references outlive this. `base`: see Origin::open().
  BucketContents(const BucketListing& listing, EntryList entries, s3::Client& client,
                 tree::Layout layout, const tree::Published* base, std::size_t concurrency);

  util::Result<void> for_each_change(
      const tree::Revision* from,
      const std::function<util::Result<void>(const tree::Change&)>& visit,
      const util::Limit& limit) override;
  util::Result<void> read(const tree::FileEntry& entry, std::string_view path,
                          tree::ContentSink& sink, const util::Limit& limit) override;

 private:
  util::Result<void> start(const tree::Published* base, const util::Limit& limit);
  util::Result<void> stream(const Entry& entry, tree::ContentSink& sink, const util::Limit& limit);

  const BucketListing& listing_;
  const EntryList entries_;
  s3::Client& client_;
  const tree::Layout layout_;
  const tree::Published* const base_;
  const std::size_t concurrency_;
  std::vector<std::size_t> places_;                       // in the order of ahead_
  std::unordered_map<std::size_t, std::size_t> item_of_;  // a place's number in it
  std::unique_ptr<FetchAhead> ahead_;                     // null: nothing small, or only one object
};

}  // namespace gitsync::objects
