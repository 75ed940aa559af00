// SPDX-License-Identifier: Apache-2.0
#include "net/message.h"

#include <algorithm>

#include "util/text.h"

namespace gitsync::net {
namespace {

using util::ErrorKind;

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").contains(c);
  });
}

}  // namespace

std::string_view ResponseHead::header(std::string_view name) const {
  const auto wanted = util::to_lower(name);
  const auto found = std::ranges::find_if(
      headers, [&](const Header& header) { return util::to_lower(header.first) == wanted; });
  return found == headers.end() ? std::string_view() : found->second;
}

Sink collect(const Request& request, std::string& body) {
  return {.body = [&](std::string_view bytes) -> util::Result<void> {
    const std::size_t room = request.body_limit - body.size();
    body.append(bytes.substr(0, room));
    if (bytes.size() <= room || request.excess == Excess::kDrop) return {};
    return util::fail(ErrorKind::kProtocol, "the response is too long");
  }};
}

// Nothing from a setting may end a line of the request.
util::Result<void> check(const Request& request) {
  if (!is_token(request.method)) return util::fail(ErrorKind::kInvalid, "unusable HTTP method");
  for (const auto& [name, value] : request.headers) {
    if (!is_token(name) ||
        value.find_first_of(std::string_view("\r\n\0", 3)) != std::string::npos) {
      return util::fail(ErrorKind::kInvalid, "unusable HTTP header");
    }
  }
  return {};
}

}  // namespace gitsync::net
