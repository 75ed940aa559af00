// SPDX-License-Identifier: Apache-2.0
#include "git/pack_index.h"

#include <sys/stat.h>

#include <algorithm>

#include "git/corrupt.h"
#include "git/not_understood.h"
#include "git/read_at.h"

namespace gitsync::git {

using util::Result;

namespace {

constexpr std::string_view kMagic = "\377tOc";
constexpr std::uint32_t kVersion = 2;
constexpr std::size_t kHeader = 8;
constexpr std::size_t kFanout = std::size_t{256} * 4;
constexpr std::uint64_t kNames = kHeader + kFanout;
constexpr std::uint64_t kPerObject = ObjectId::kSize + 4 + 4;  // name, CRC-32, offset
constexpr std::uint64_t kTrailer = 2 * ObjectId::kSize;
constexpr std::uint32_t kIsLarge = 0x80000000;  // of an offset: it is an entry of the next table

// So many names are read at once, 4 KiB, and searched in memory.
constexpr std::uint32_t kNamesAtOnce = 204;

std::string_view name_at(std::span<const char> names, std::size_t i) {
  return {names.data() + i * ObjectId::kSize, ObjectId::kSize};
}

}  // namespace

Result<PackIndex> PackIndex::open(util::Fd fd, std::string shown) {
  PackIndex index(std::move(fd), std::move(shown));
  GS_TRY_VOID(index.load());
  return index;
}

Result<void> PackIndex::load() {
  struct stat info{};
  if (::fstat(fd_.get(), &info) != 0) return util::fail(util::sys_error("read " + shown_));
  size_ = static_cast<std::uint64_t>(info.st_size);
  std::array<char, kNames> head{};
  GS_TRY_VOID(read_exactly_at(fd_.get(), head, 0, shown_));
  const std::string_view bytes(head.data(), head.size());
  if (!bytes.starts_with(kMagic) || big_endian_32(bytes.substr(4)) != kVersion) {
    return not_understood(shown_ + " is not of version 2");
  }
  for (std::size_t i = 0; i < fanout_.size(); ++i) {
    fanout_[i] = big_endian_32(bytes.substr(kHeader + 4 * i));
  }
  const std::uint64_t least = kNames + count() * kPerObject + kTrailer;
  // Behind the tables come offsets of 8 bytes, for some of the objects.
  if (!std::ranges::is_sorted(fanout_) || size_ < least || (size_ - least) % 8 != 0 ||
      (size_ - least) / 8 > count()) {
    return corrupt(shown_ + ": its sizes do not fit together");
  }
  std::array<char, ObjectId::kSize> checksum{};
  GS_TRY_VOID(read_exactly_at(fd_.get(), checksum, size_ - kTrailer, shown_));
  pack_checksum_ = ObjectId::from_bytes({checksum.data(), checksum.size()});
  return {};
}

Result<void> PackIndex::read_names(std::uint32_t first, std::span<char> out) const {
  return read_exactly_at(fd_.get(), out, kNames + std::uint64_t{first} * ObjectId::kSize, shown_);
}

Result<PackIndex::Range> PackIndex::narrow(const ObjectId& id) const {
  Range range{.first = id.bytes[0] == 0 ? 0 : fanout_.at(id.bytes[0] - 1u),
              .last = fanout_.at(id.bytes[0])};
  while (range.last - range.first > kNamesAtOnce) {
    const std::uint32_t middle = range.first + (range.last - range.first) / 2;
    std::array<char, ObjectId::kSize> name{};
    GS_TRY_VOID(read_names(middle, name));
    const bool is_before = id.view() < std::string_view(name.data(), name.size());
    (is_before ? range.last : range.first) = middle;
  }
  return range;
}

Result<std::optional<std::uint64_t>> PackIndex::find(const ObjectId& id) const {
  GS_TRY(const Range range, narrow(id));
  std::array<char, kNamesAtOnce * ObjectId::kSize> buffer;  // NOLINT: filled as far as it is read
  const auto names = std::span(buffer).first((range.last - range.first) * ObjectId::kSize);
  GS_TRY_VOID(read_names(range.first, names));
  std::uint32_t low = 0;
  for (std::uint32_t high = range.last - range.first; low < high;) {
    const std::uint32_t middle = (low + high) / 2;
    if (name_at(names, middle) < id.view()) {
      low = middle + 1;
    } else {
      high = middle;
    }
  }
  if (low == range.last - range.first || name_at(names, low) != id.view()) return std::nullopt;
  GS_TRY(const auto offset, offset_of(range.first + low));
  return offset;
}

Result<std::uint64_t> PackIndex::offset_of(std::uint32_t position) const {
  std::array<char, 8> bytes{};
  const std::uint64_t offsets = kNames + std::uint64_t{count()} * (ObjectId::kSize + 4);
  GS_TRY_VOID(read_exactly_at(fd_.get(), std::span(bytes).first(4),
                              offsets + std::uint64_t{position} * 4, shown_));
  const std::uint32_t small = big_endian_32({bytes.data(), 4});
  if ((small & kIsLarge) == 0) return small;
  const std::uint64_t large = offsets + std::uint64_t{count()} * 4;
  const std::uint64_t entry = small & ~kIsLarge;
  if (entry >= (size_ - kTrailer - large) / 8) {
    return corrupt(shown_ + " has a bad offset");
  }
  GS_TRY_VOID(read_exactly_at(fd_.get(), bytes, large + entry * 8, shown_));
  return big_endian_64({bytes.data(), bytes.size()});
}

}  // namespace gitsync::git
