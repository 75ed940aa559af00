// SPDX-License-Identifier: Apache-2.0
#include "git/oid.h"

#include <algorithm>

namespace gitsync::git {

std::optional<Oid> Oid::parse(std::string_view text) {
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  if ((text.size() != 40 && text.size() != 64) || !std::ranges::all_of(text, is_digit)) {
    return std::nullopt;
  }
  return Oid(text);
}

}  // namespace gitsync::git
