// SPDX-License-Identifier: Apache-2.0
#include "tree/revision.h"

#include "util/text.h"

namespace gitsync::tree {

std::optional<Revision> Revision::parse(std::string_view text) {
  if (!util::is_full_hash(text)) return std::nullopt;
  return Revision{std::string(text)};
}

}  // namespace gitsync::tree
