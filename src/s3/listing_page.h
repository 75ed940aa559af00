// SPDX-License-Identifier: Apache-2.0
// One answer to ListObjectsV2. Amazon S3 API Reference, ListObjectsV2, "Response syntax".

#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "s3/listing.h"
#include "s3/xml.h"
#include "util/error.h"

namespace gitsync::s3 {

struct ListingPage {
  std::vector<ListedObject> objects = {};
  std::string next_token = {};  // empty: this is the last page
};

// Bytes of a page: 1,000 keys of 1,024 bytes, each byte escaped, and what else is said of them.
inline constexpr std::size_t kMaxPage = std::size_t{8} << 20;

// Reads a page as it arrives. Thread-safety: none.
class ListingPageReader {
 public:
  ListingPageReader();

  // Errors: kProtocol, also for a page over kMaxPage.
  util::Result<void> feed(std::string_view bytes);
  // Errors: kProtocol for a document that is not whole, is no listing, has a key that is empty, too
  // long or not as it was asked to be encoded, or ends without saying where to go on.
  util::Result<ListingPage> finish();

 private:
  util::Result<void> take(std::string_view path, std::string_view text);

  std::size_t size_ = 0;
  XmlReader xml_;
  ListingPage page_;
  ListedObject object_;  // that is being read
  bool is_listing_ = false;
  bool is_truncated_ = false;
  bool is_encoded_ = false;  // keys are, by EncodingType
};

}  // namespace gitsync::s3
