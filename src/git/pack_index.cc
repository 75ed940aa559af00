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
constexpr std::uint64_t kBeforeOffset = ObjectId::kSize + 4;  // name, CRC-32
constexpr std::uint64_t kPerObject = kBeforeOffset + 4;
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
  std::array<char, 4> bytes{};
  GS_TRY_VOID(read_exactly_at(
      fd_.get(), bytes,
      kNames + std::uint64_t{count()} * kBeforeOffset + std::uint64_t{position} * bytes.size(),
      shown_));
  return large_offset(big_endian_32({bytes.data(), bytes.size()}));
}

Result<std::uint64_t> PackIndex::large_offset(std::uint32_t small) const {
  if ((small & kIsLarge) == 0) return small;
  const std::uint64_t large = kNames + std::uint64_t{count()} * kPerObject;
  const std::uint64_t entry = small & ~kIsLarge;
  if (entry >= (size_ - kTrailer - large) / 8) {
    return corrupt(shown_ + " has a bad offset");
  }
  std::array<char, 8> bytes{};
  GS_TRY_VOID(read_exactly_at(fd_.get(), bytes, large + entry * 8, shown_));
  return big_endian_64({bytes.data(), bytes.size()});
}

Result<void> PackIndex::for_each(const Visitor& visit) const {
  constexpr std::uint32_t kAtOnce = 1024;
  std::string names;
  std::string crcs;
  std::string offsets;
  std::optional<ObjectId> last;
  for (std::uint32_t first = 0; first < count(); first += kAtOnce) {
    const std::uint32_t many = std::min(kAtOnce, count() - first);
    names.resize(std::size_t{many} * ObjectId::kSize);
    crcs.resize(std::size_t{many} * 4);
    offsets.resize(std::size_t{many} * 4);
    const std::uint64_t table = kNames + std::uint64_t{count()} * ObjectId::kSize;
    GS_TRY_VOID(read_names(first, names));
    GS_TRY_VOID(read_exactly_at(fd_.get(), crcs, table + std::uint64_t{first} * 4, shown_));
    GS_TRY_VOID(
        read_exactly_at(fd_.get(), offsets, table + (std::uint64_t{count()} + first) * 4, shown_));
    for (std::size_t i = 0; i < many; ++i) {
      PackIndexEntry entry{.id = ObjectId::from_bytes(name_at(names, i)),
                           .crc = big_endian_32(std::string_view(crcs).substr(4 * i))};
      // Twice the same object is no order that a search could use, but does no harm.
      if (last && entry.id < *last) return corrupt(shown_ + " is not sorted");
      last = entry.id;
      GS_TRY(entry.offset, large_offset(big_endian_32(std::string_view(offsets).substr(4 * i))));
      GS_TRY_VOID(visit(entry));
    }
  }
  return {};
}

}  // namespace gitsync::git
