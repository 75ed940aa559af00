// SPDX-License-Identifier: Apache-2.0
// s3://bucket/prefix/: every object below the prefix is a file (docs/design.md#objects). The
// revision is a digest of what one complete listing says: keys, sizes and ETags.

#pragma once

#include <memory>
#include <string>

#include "archive/limits.h"
#include "log/logger.h"
#include "objects/bucket_listing.h"
#include "objects/entry_list.h"
#include "objects/origin.h"
#include "objects/path_patterns.h"
#include "s3/address.h"
#include "s3/client.h"

namespace gitsync::objects {

struct BucketFolderOptions {
  s3::Address address;  // the key is a prefix: empty, or with a slash at its end
  std::size_t concurrency = 8;
  tree::Layout layout;
  PathPatterns exclude = {};  // of paths below the prefix
  archive::Limits limits = {};
};

// Pages of a listing are no snapshot, and a listing is none of the contents. So a tree is what two
// listings in a row agree on, and each object is asked for by the ETag that they gave: if one is
// another by then, all begins with a new listing. What the listing says is more than the limits is
// refused before anything is gotten.
class BucketFolder final : public Origin {
 public:
  BucketFolder(BucketFolderOptions options, s3::Client client, log::Logger logger);

  util::Result<source::Resolved> resolve(const std::optional<tree::Revision>& shown,
                                         const util::Limit& limit) override;
  util::Result<std::unique_ptr<tree::TreeContents>> open(const tree::Revision& revision,
                                                         const tree::Published* base,
                                                         const util::Limit& limit) override;
  util::Result<source::About> about(const tree::Revision& revision,
                                    const util::Limit& limit) override;

 private:
  bool is_left_out(std::string_view key) const;
  util::Result<BucketListing> list(const util::Limit& limit);

  const BucketFolderOptions options_;
  const log::Logger log_;
  s3::Client client_;
  std::optional<BucketListing> listing_;  // what resolve() has found, until it is built
  std::string said_of_names_;             // what was logged of keys that are left out
};

}  // namespace gitsync::objects
