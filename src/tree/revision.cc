// SPDX-License-Identifier: Apache-2.0
#include "tree/revision.h"

#include <algorithm>

namespace gitsync::tree {

std::optional<Revision> Revision::parse(std::string_view text) {
  const auto is_digit = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); };
  if ((text.size() != 40 && text.size() != 64) || !std::ranges::all_of(text, is_digit)) {
    return std::nullopt;
  }
  return Revision{std::string(text)};
}

}  // namespace gitsync::tree
