// SPDX-License-Identifier: Apache-2.0
// What we need of an annotated tag: what it leads to.

#pragma once

#include <string_view>

#include "git/object.h"
#include "git/object_id.h"
#include "util/error.h"

namespace gitsync::git {

struct Tag {
  ObjectId object;
  ObjectType type = ObjectType::kCommit;
};

// kCorrupt if it does not begin with both.
util::Result<Tag> parse_tag(std::string_view bytes);

}  // namespace gitsync::git
