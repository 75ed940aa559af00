// SPDX-License-Identifier: Apache-2.0
#include "oci/upload.h"

#include <algorithm>
#include <utility>

namespace gitsync::oci {
namespace {

using util::ErrorKind;
using util::Result;

constexpr std::size_t kPiece = std::size_t{8} << 20;

}  // namespace

Result<void> Upload::run(const Descriptor& blob, const BlobSource& source,
                         const util::Limit& limit) {
  GS_TRY_VOID(start(limit));
  std::uint64_t offset = 0;
  const auto next = [&] {
    return source(offset,
                  static_cast<std::size_t>(std::min<std::uint64_t>(kPiece, blob.size - offset)));
  };
  while (blob.size - offset > kPiece) {
    GS_TRY(auto piece, next());
    const auto size = piece.size();
    GS_TRY_VOID(patch(std::move(piece), offset, limit));
    offset += size;
  }
  if (offset == 0) {
    GS_TRY(auto whole, next());
    return put(std::move(whole), blob.digest, limit);
  }
  GS_TRY(auto last, next());
  GS_TRY_VOID(patch(std::move(last), offset, limit));
  return put({}, blob.digest, limit);
}

Result<void> Upload::start(const util::Limit& limit) {
  return send({.method = "POST", .url = "/v2/" + repository_ + "/blobs/uploads/"}, limit);
}

Result<void> Upload::patch(std::string piece, std::uint64_t offset, const util::Limit& limit) {
  const auto end = offset + piece.size() - 1;
  return send({.method = "PATCH",
               .url = location_,
               .headers = {{"Content-Type", "application/octet-stream"},
                           {"Content-Range", std::to_string(offset) + "-" + std::to_string(end)}},
               .body = std::move(piece)},
              limit);
}

Result<void> Upload::put(std::string piece, const std::string& digest, const util::Limit& limit) {
  // ':' may stand in a query as it is.
  const auto url = location_ + (location_.contains('?') ? "&" : "?") + "digest=" + digest;
  const auto answer =
      exchange_.ask({.request = {.method = "PUT",
                                 .url = url,
                                 .headers = {{"Content-Type", "application/octet-stream"}},
                                 .body = std::move(piece)},
                     .scope = scope_,
                     .what = what_},
                    {}, limit);
  if (!answer) return util::fail(answer.error());
  return {};
}

Result<void> Upload::send(net::Request request, const util::Limit& limit) {
  GS_TRY(const auto head, exchange_.ask({std::move(request), scope_, what_}, {}, limit));
  return take_location(head);
}

// RFC 9110 10.2.2; of its relative forms registries use the one with a path.
Result<void> Upload::take_location(const net::ResponseHead& head) {
  location_ = head.header("Location");
  const bool whole = location_.starts_with("https://") ||
                     (location_.starts_with("http://") && exchange_.origin().starts_with("http:"));
  if (whole || (location_.starts_with('/') && !location_.starts_with("//"))) return {};
  return util::fail(ErrorKind::kProtocol,
                    what_ + ": the registry says no place for the upload that can be used");
}

}  // namespace gitsync::oci
