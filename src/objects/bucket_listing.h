// SPDX-License-Identifier: Apache-2.0
// What a bucket's listing is as a tree: which key is which file, and one digest of all.

#pragma once

#include <string>
#include <vector>

#include "objects/entry_list.h"
#include "s3/listing.h"
#include "tree/revision.h"
#include "util/error.h"

namespace gitsync::objects {

// Everything below a prefix. Thread-safety: const members may be called from several threads.
class BucketListing {
 public:
  // `objects`: in any order; their keys begin with `prefix`.
  BucketListing(std::string prefix, std::vector<s3::ListedObject> objects);

  // Of keys, sizes and ETags, whatever the order of the server.
  const tree::Revision& revision() const { return revision_; }
  std::uint64_t objects() const { return objects_.size(); }

  // Entry::place is for object(). "folder/" is a folder, and the prefix itself nothing. What is
  // below a folder ".git" is left out, and named in `left_out`: one example, or nothing.
  // Errors: as EntryList::of(), for keys that cannot be paths too.
  util::Result<EntryList> entries(std::string& left_out) const;

  const s3::ListedObject& object(std::size_t place) const { return objects_[place]; }

 private:
  std::string prefix_;
  std::vector<s3::ListedObject> objects_;  // by key
  tree::Revision revision_;
};

}  // namespace gitsync::objects
