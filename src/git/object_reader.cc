// SPDX-License-Identifier: Apache-2.0
#include "git/object_reader.h"

#include <utility>

#include "git/corrupt.h"

namespace gitsync::git {

using util::Result;

Result<std::string> ObjectReader::read(const ObjectId& id, ObjectType type, std::size_t limit) {
  GS_TRY(auto object, read(id, limit));
  if (object.type == type) return std::move(object.bytes);
  return corrupt("object " + id.hex() + " is a " + std::string(to_string(object.type)) +
                 " and no " + std::string(to_string(type)));
}

}  // namespace gitsync::git
