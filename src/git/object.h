// SPDX-License-Identifier: Apache-2.0
// What an object of git is: a type and bytes, of which its id is the SHA-1.

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gitsync::git {

// The numbers are those of a pack (gitformat-pack(5), "Object types").
enum class ObjectType : std::uint8_t { kCommit = 1, kTree = 2, kBlob = 3, kTag = 4 };

// "commit", "tree", "blob" or "tag".
std::string_view to_string(ObjectType type) noexcept;
std::optional<ObjectType> object_type_of(std::string_view word) noexcept;

struct ObjectInfo {
  ObjectType type = ObjectType::kBlob;
  std::uint64_t size = 0;  // bytes
};

struct Object {
  ObjectType type = ObjectType::kBlob;
  std::string bytes;
};

}  // namespace gitsync::git
