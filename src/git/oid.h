// SPDX-License-Identifier: Apache-2.0
// The id of a git object: 40 (SHA-1) or 64 (SHA-256) lower-case hex digits.

#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace gitsync::git {

class Oid {
 public:
  // Nothing but a full id in lower case is one: an abbreviated or upper-case hash is only a name.
  static std::optional<Oid> parse(std::string_view text);

  const std::string& hex() const { return hex_; }
  auto operator<=>(const Oid&) const = default;

 private:
  explicit Oid(std::string_view hex) : hex_(hex) {}
  std::string hex_;
};

}  // namespace gitsync::git
