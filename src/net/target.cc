// SPDX-License-Identifier: Apache-2.0
#include "net/target.h"

#include <algorithm>

#include "net/escape.h"

namespace gitsync::net {
namespace {

using util::ErrorKind;

std::unexpected<util::Error> unusable(std::string_view reason) {
  return util::fail(ErrorKind::kInvalid, "unusable URL: " + std::string(reason));
}

// Everything up to the path, query or fragment.
std::size_t head_length(std::string_view url) {
  const auto separator = url.find("://");
  if (separator == std::string_view::npos) return url.size();
  return std::min(url.find_first_of("/?#", separator + 3), url.size());
}

}  // namespace

util::Result<Target> parse_target(std::string_view url) {
  const std::size_t length = head_length(url);
  const std::string_view head = url.substr(0, length);
  const auto parts = util::parse_url(head);
  // A browser takes a backslash for a slash, which would end the host elsewhere.
  if (!parts || head.contains('\\')) return unusable("not of the form https://host/path");
  if (!parts->is_http()) return unusable("only http and https are supported");
  GS_TRY(auto address, address_of(*parts));
  auto path = request_path(url.substr(length));
  if (!path) return unusable("a control character or a malformed escape");
  return Target{
      .address = std::move(address), .userinfo = parts->userinfo, .path = std::move(*path)};
}

}  // namespace gitsync::net
