// SPDX-License-Identifier: Apache-2.0
#include "s3/listing_page.h"

#include <algorithm>
#include <utility>

#include "s3/address.h"
#include "util/number.h"
#include "util/url.h"

namespace gitsync::s3 {
namespace {

using util::ErrorKind;
using util::Result;

// Of AWS they have 34 to 40.
constexpr std::size_t kMostETag = 1024;

std::unexpected<util::Error> bad(std::string_view what) {
  return util::fail(ErrorKind::kProtocol, "the listing " + std::string(what));
}

// As forms are: AWS writes a blank as '+'.
Result<std::string> decode(std::string key) {
  std::ranges::replace(key, '+', ' ');
  auto decoded = util::percent_decode(key);
  if (!decoded) return bad("has a key with a malformed escape");
  return *std::move(decoded);
}

}  // namespace

ListingPageReader::ListingPageReader()
    : xml_([this](std::string_view path, std::string_view text) { return take(path, text); }) {}

Result<void> ListingPageReader::feed(std::string_view bytes) {
  size_ += bytes.size();
  if (size_ > kMaxPage) return bad("is longer than 8 MiB a page");
  return xml_.feed(bytes);
}

Result<void> ListingPageReader::take(std::string_view path, std::string_view text) {
  constexpr std::string_view kRoot = "ListBucketResult";
  if (path == kRoot) is_listing_ = true;
  if (!path.starts_with(kRoot) || path.size() <= kRoot.size()) return {};
  path.remove_prefix(kRoot.size() + 1);
  if (path == "Contents/Key") object_.key = text;
  if (path == "Contents/ETag") {
    if (text.size() > kMostETag) return bad("has an ETag of no legal size");
    object_.etag = text;
  }
  if (path == "Contents/Size") {
    const auto size = util::read_decimal(text);
    if (!size || *size < 0) return bad("has an object of no size");
    object_.size = static_cast<std::uint64_t>(*size);
  }
  if (path == "Contents") page_.objects.push_back(std::exchange(object_, {}));
  if (path == "IsTruncated") is_truncated_ = text == "true";
  if (path == "NextContinuationToken") page_.next_token = text;
  if (path == "EncodingType") is_encoded_ = text == "url";
  return {};
}

Result<ListingPage> ListingPageReader::finish() {
  auto whole = xml_.finish();
  if (!whole) return bad("is no listing: " + whole.error().message);
  if (!is_listing_) return bad("is no listing");
  // Where the encoding stands is the server's choice, so that keys wait for the end.
  for (auto& object : page_.objects) {
    if (is_encoded_) {
      GS_TRY(object.key, decode(std::move(object.key)));
    }
    if (object.key.empty() || object.key.size() > kMaxKey) return bad("has a key of no legal size");
  }
  if (!is_truncated_) page_.next_token.clear();
  if (is_truncated_ && page_.next_token.empty()) return bad("does not say where it goes on");
  return std::move(page_);
}

}  // namespace gitsync::s3
