// SPDX-License-Identifier: Apache-2.0
#include "net/escape.h"

#include <algorithm>

#include "util/url.h"

namespace gitsync::net {
namespace {

bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("-._~").contains(c);
}

// What a path may hold as it is.
bool is_legal_in_path(char c) {
  return is_unreserved(c) || std::string_view("/!$&'()*+,;=:@[]%").contains(c);
}

// What stays when a path is encoded anew.
bool is_kept_in_path(char c) {
  return is_unreserved(c) || std::string_view("/$&+,:;=@").contains(c);
}

bool is_kept_in_query(char c) { return c > ' ' && c < 0x7f; }

template <typename Keep>
std::string encode(std::string_view text, Keep keep) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (keep(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += {'%', kHex[byte >> 4], kHex[byte & 15]};
  }
  return out;
}

bool is_control(char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; }

}  // namespace

std::optional<std::string> request_path(std::string_view rest) {
  if (std::ranges::any_of(rest, is_control)) return std::nullopt;
  const std::size_t hash = std::min(rest.find('#'), rest.size());
  if (!util::percent_decode(rest.substr(hash))) return std::nullopt;
  rest = rest.substr(0, hash);

  const std::size_t mark = std::min(rest.find('?'), rest.size());
  const auto decoded = util::percent_decode(rest.substr(0, mark));
  if (!decoded) return std::nullopt;
  std::string path(rest.substr(0, mark));
  if (!std::ranges::all_of(path, is_legal_in_path)) path = encode(*decoded, is_kept_in_path);
  if (path.empty()) path = "/";
  return path + encode(rest.substr(mark), is_kept_in_query);
}

}  // namespace gitsync::net
