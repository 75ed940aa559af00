// SPDX-License-Identifier: Apache-2.0
#include "git/pack_file.h"

#include <sys/stat.h>

#include <algorithm>
#include <array>

#include "git/corrupt.h"
#include "git/not_understood.h"
#include "git/open_at.h"
#include "git/read_at.h"

namespace gitsync::git {

using util::Result;

namespace {

constexpr std::uint64_t kHeader = 12;  // "PACK", version, count
constexpr std::uint64_t kTrailer = ObjectId::kSize;

}  // namespace

Result<PackFile> PackFile::open(int directory, const std::string& name, const std::string& shown,
                                std::uint64_t number) {
  const std::string index_shown = shown + "/" + name + ".idx";
  GS_TRY(auto index_fd, open_file_at(directory, name + ".idx", index_shown));
  GS_TRY(auto index, PackIndex::open(std::move(index_fd), index_shown));
  const std::string pack_shown = shown + "/" + name + ".pack";
  GS_TRY(auto fd, open_file_at(directory, name + ".pack", pack_shown));
  PackFile pack(std::move(index), std::move(fd), name, pack_shown, number);
  GS_TRY_VOID(pack.check());
  return pack;
}

Result<void> PackFile::check() {
  struct stat info{};
  if (::fstat(fd_.get(), &info) != 0) return util::fail(util::sys_error("read " + shown_));
  modified_ = info.st_mtim;
  const auto size = static_cast<std::uint64_t>(info.st_size);
  if (size < kHeader + kTrailer) return corrupt(shown_ + " is cut short");
  end_ = size - kTrailer;
  std::array<char, kHeader> head{};
  GS_TRY_VOID(read_exactly_at(fd_.get(), head, 0, shown_));
  std::array<char, kTrailer> checksum{};
  GS_TRY_VOID(read_exactly_at(fd_.get(), checksum, end_, shown_));
  const std::string_view header(head.data(), head.size());
  if (!header.starts_with("PACK")) return corrupt(shown_ + " is no pack");
  const std::uint32_t version = big_endian_32(header.substr(4));
  if (version != 2 && version != 3) return not_understood(shown_ + " is of an unknown version");
  if (big_endian_32(header.substr(8)) != index_.count() ||
      ObjectId::from_bytes({checksum.data(), checksum.size()}) != index_.pack_checksum()) {
    return corrupt(shown_ + " and its index do not belong together");
  }
  return {};
}

Result<std::optional<std::uint64_t>> PackFile::find(const ObjectId& id) const {
  return index_.find(id);
}

BlockFile PackFile::content() const {
  return {.fd = fd_.get(), .number = number_, .size = end_, .shown = shown_};
}

Result<PackEntry> PackFile::entry(std::uint64_t offset, BlockCache& blocks) const {
  if (offset < kHeader || offset >= end_) return corrupt(shown_ + " has no such offset");
  GS_TRY(auto bytes, blocks.at(content(), offset));
  // It may reach into the next block.
  std::array<char, kMaxPackEntry> both{};
  const std::size_t wanted =
      static_cast<std::size_t>(std::min<std::uint64_t>(kMaxPackEntry, end_ - offset));
  if (bytes.size() < wanted) {
    const std::size_t first = bytes.copy(both.data(), bytes.size());
    GS_TRY(const auto rest, blocks.at(content(), offset + first));
    bytes = {both.data(), first + rest.copy(both.data() + first, wanted - first)};
  }
  const auto entry = parse_pack_entry(bytes);
  if (!entry) return corrupt(shown_ + " has a bad entry at " + std::to_string(offset));
  if (entry->base_distance > offset) return corrupt(shown_ + " has a base before its beginning");
  return *entry;
}

}  // namespace gitsync::git
