// SPDX-License-Identifier: Apache-2.0
#include "git/object_id.h"

#include "util/text.h"

namespace gitsync::git {
namespace {

// Upper-case digits are none: git never writes them.
int digit_of(char c) { return c >= 'A' && c <= 'F' ? -1 : util::hex_value(c); }

}  // namespace

std::optional<ObjectId> ObjectId::from_hex(std::string_view hex) {
  if (hex.size() != 2 * kSize) return std::nullopt;
  ObjectId id;
  for (std::size_t i = 0; i < kSize; ++i) {
    const int high = digit_of(hex[2 * i]);
    const int low = digit_of(hex[2 * i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    id.bytes[i] = static_cast<std::uint8_t>(high * 16 + low);
  }
  return id;
}

ObjectId ObjectId::from_bytes(std::string_view raw) {
  ObjectId id;
  raw.copy(reinterpret_cast<char*>(id.bytes.data()), kSize);
  return id;
}

std::string ObjectId::hex() const { return util::to_hex(view()); }

// NOLINTNEXTLINE(bugprone-unchecked-optional-access): 40 lower-case digits are always one
Oid ObjectId::oid() const { return Oid::parse(hex()).value(); }

}  // namespace gitsync::git
