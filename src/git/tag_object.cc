// SPDX-License-Identifier: Apache-2.0
#include "git/tag_object.h"

#include "git/corrupt.h"
#include "git/header_lines.h"

namespace gitsync::git {

util::Result<Tag> parse_tag(std::string_view bytes) {
  HeaderLines lines(bytes);
  const auto object = lines.next();
  const auto type = lines.next();
  if (!object || object->name != "object" || !type || type->name != "type") {
    return corrupt("tag without an object");
  }
  const auto id = ObjectId::from_hex(object->value);
  const auto kind = object_type_of(type->value);
  if (!id || !kind) return corrupt("tag with a bad object");
  return Tag{.object = *id, .type = *kind};
}

}  // namespace gitsync::git
