// SPDX-License-Identifier: Apache-2.0
#include "git/block_cache.h"

#include <algorithm>

#include "git/read_at.h"

namespace gitsync::git {

using util::Result;

// NOLINTNEXTLINE(modernize-avoid-c-arrays): as its member
BlockCache::BlockCache() : memory_(std::make_unique_for_overwrite<char[]>(kBlocks * kBlockSize)) {}

// Where the block is, or the place of the one that was not used for longest.
std::size_t BlockCache::place_of(const BlockFile& file, std::uint64_t offset) const {
  std::size_t oldest = 0;
  for (std::size_t i = 0; i < kBlocks; ++i) {
    const Block& block = blocks_[i];
    if (block.filled != 0 && block.file == file.number && block.offset == offset) return i;
    if (block.used < blocks_[oldest].used) oldest = i;
  }
  return oldest;
}

Result<void> BlockCache::fill(std::size_t place, const BlockFile& file, std::uint64_t offset) {
  const auto size =
      static_cast<std::size_t>(std::min<std::uint64_t>(kBlockSize, file.size - offset));
  blocks_[place].filled = 0;
  GS_TRY_VOID(read_exactly_at(file.fd, {memory_of(place), size}, offset, file.shown));
  blocks_[place] = {.file = file.number, .offset = offset, .filled = size};
  return {};
}

Result<std::string_view> BlockCache::at(const BlockFile& file, std::uint64_t offset) {
  if (offset >= file.size) {
    return util::fail(util::ErrorKind::kCorrupt, std::string(file.shown) + " is cut short");
  }
  const std::uint64_t inside = offset % kBlockSize;
  const std::uint64_t start = offset - inside;
  const std::size_t place = place_of(file, start);
  const Block& block = blocks_[place];
  if (block.filled == 0 || block.file != file.number || block.offset != start) {
    GS_TRY_VOID(fill(place, file, start));
  }
  blocks_[place].used = ++calls_;
  return std::string_view(memory_of(place), blocks_[place].filled)
      .substr(static_cast<std::size_t>(inside));
}

}  // namespace gitsync::git
