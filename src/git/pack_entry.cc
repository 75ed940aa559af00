// SPDX-License-Identifier: Apache-2.0
#include "git/pack_entry.h"

namespace gitsync::git {
namespace {

constexpr unsigned kMore = 0x80;
constexpr unsigned kOffsetDelta = 6;
constexpr unsigned kIdDelta = 7;

class Reader {
 public:
  explicit Reader(std::string_view bytes) : bytes_(bytes) {}

  std::optional<PackEntry> read() {
    PackEntry entry;
    const unsigned type = read_type_and_size(entry.size);
    if (type == kOffsetDelta) {
      entry.base_distance = read_distance();
      if (entry.base_distance == 0) return std::nullopt;
    } else if (type == kIdDelta) {
      if (bytes_.size() - at_ < ObjectId::kSize) return std::nullopt;
      entry.base = ObjectId::from_bytes(bytes_.substr(at_));
      at_ += ObjectId::kSize;
    } else if (type >= 1 && type <= 4) {
      entry.type = static_cast<ObjectType>(type);
    } else {
      return std::nullopt;
    }
    entry.length = at_;
    return ok_ ? std::optional(entry) : std::nullopt;
  }

 private:
  unsigned next() {
    if (at_ < bytes_.size()) return static_cast<unsigned char>(bytes_[at_++]);
    ok_ = false;
    return 0;
  }

  // Three bits of type, four of size; then seven bits of size a byte, the lowest first.
  unsigned read_type_and_size(std::uint64_t& size) {
    unsigned byte = next();
    const unsigned type = byte >> 4 & 7;
    size = byte & 15;
    for (unsigned shift = 4; (byte & kMore) != 0; shift += 7) {
      byte = next();
      const std::uint64_t part = byte & ~kMore;
      if (shift > 63 || (part << shift) >> shift != part) {
        ok_ = false;
        break;
      }
      size |= part << shift;
    }
    return type;
  }

  // Seven bits a byte, the highest first; each but the last counts one more, so that every number
  // has one spelling only.
  std::uint64_t read_distance() {
    unsigned byte = next();
    std::uint64_t value = byte & ~kMore;
    while ((byte & kMore) != 0) {
      if (value >= std::uint64_t{1} << 56) return 0;
      byte = next();
      value = (value + 1) << 7 | (byte & ~kMore);
    }
    return value;
  }

  std::string_view bytes_;
  std::size_t at_ = 0;
  bool ok_ = true;
};

}  // namespace

std::optional<PackEntry> parse_pack_entry(std::string_view bytes) { return Reader(bytes).read(); }

}  // namespace gitsync::git
