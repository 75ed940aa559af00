// SPDX-License-Identifier: Apache-2.0
// Which state of a source a tree shows: a git commit, or the digest of what a bucket holds.

#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace gitsync::tree {

// Hex digits only, so that it is a safe name on every volume.
struct Revision {
  std::string id;

  auto operator<=>(const Revision&) const = default;

  // Nothing but 40 or 64 lower-case hex digits is one: names like this are ours.
  static std::optional<Revision> parse(std::string_view text);
};

}  // namespace gitsync::tree
