// SPDX-License-Identifier: Apache-2.0
#include "git/oid.h"

#include "util/text.h"

namespace gitsync::git {

std::optional<Oid> Oid::parse(std::string_view text) {
  if (!util::is_full_hash(text)) return std::nullopt;
  return Oid(text);
}

}  // namespace gitsync::git
