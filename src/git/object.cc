// SPDX-License-Identifier: Apache-2.0
#include "git/object.h"

#include <array>

namespace gitsync::git {

std::string_view to_string(ObjectType type) noexcept {
  switch (type) {
    case ObjectType::kCommit:
      return "commit";
    case ObjectType::kTree:
      return "tree";
    case ObjectType::kBlob:
      return "blob";
    case ObjectType::kTag:
      return "tag";
  }
  return "unknown";
}

std::optional<ObjectType> object_type_of(std::string_view word) noexcept {
  for (const auto type :
       std::array{ObjectType::kCommit, ObjectType::kTree, ObjectType::kBlob, ObjectType::kTag}) {
    if (word == to_string(type)) return type;
  }
  return std::nullopt;
}

}  // namespace gitsync::git
