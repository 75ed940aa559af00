// SPDX-License-Identifier: Apache-2.0
// Everything below a prefix, by as many ListObjectsV2 requests as it takes. Amazon S3 API
// Reference, ListObjectsV2.

#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "s3/client.h"
#include "util/error.h"
#include "util/event.h"

namespace gitsync::s3 {

struct ListedObject {
  std::string key;  // begins with the prefix; at most kMaxKey bytes, of which any may be anything
  std::uint64_t size = 0;  // bytes
  std::string etag = {};   // as sent, with its quotes; it may be empty
};

// An error ends the walk and is returned as it is.
using ListingVisitor = std::function<util::Result<void>(ListedObject&&)>;

struct ListingSummary {
  std::uint64_t objects = 0;
  std::uint64_t pages = 0;  // requests that were answered
};

// Visits every object whose key begins with `prefix` (empty: all of the bucket), in the order of
// the server, which need not be that of the bytes. A page is visited once it is whole, so that
// nothing is visited twice unless the server lists it twice. It is no snapshot: what changes
// meanwhile may be seen or not.
//
// Errors: as Client, kProtocol for a page that is no listing, is longer than 8 MiB, holds a key
// that is not below the prefix or too long, or leads back to one that was seen. Memory: one page.
util::Result<ListingSummary> list_objects(Client& client, const std::string& prefix,
                                          const ListingVisitor& visitor, const util::Limit& limit);

}  // namespace gitsync::s3
