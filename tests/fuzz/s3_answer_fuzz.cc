// SPDX-License-Identifier: Apache-2.0
// What an S3 server says: listings keep their bounds however they are cut into pieces, and an error
// makes one line.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "s3/address.h"
#include "s3/listing_page.h"
#include "s3/service_error.h"
#include "util/text.h"

namespace {

using namespace gitsync;

util::Result<s3::ListingPage> read(std::string_view text, std::size_t piece) {
  s3::ListingPageReader reader;
  for (std::size_t at = 0; at < text.size(); at += piece) {
    GS_TRY_VOID(reader.feed(text.substr(at, piece)));
  }
  return reader.finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto whole = read(text, size + 1);
  const auto pieces = read(text, 7);
  if (whole.has_value() != pieces.has_value()) std::abort();
  if (whole) {
    if (whole->objects.size() != pieces->objects.size()) std::abort();
    for (const auto& object : whole->objects) {
      if (object.key.empty() || object.key.size() > s3::kMaxKey) std::abort();
    }
  }
  const auto error =
      s3::read_error({.status = 403, .headers = {{"Date", std::string(text)}}}, text);
  const auto made = s3::explain(error, {.bucket = "b", .key = "k", .region = "r"});
  if (util::has_control(made.message) || made.message.size() > 8192) std::abort();
  return 0;
}
