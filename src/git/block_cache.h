// SPDX-License-Identifier: Apache-2.0
// Reads packs by pread(2) through a few blocks of memory: what lies close together in a pack is
// read once, and however large packs are, the memory stays the same.

#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "util/error.h"

namespace gitsync::git {

// A file to read from. `number` tells files apart for as long as the cache lives.
struct BlockFile {
  int fd = -1;
  std::uint64_t number = 0;
  std::uint64_t size = 0;  // bytes
  std::string_view shown;  // what errors name
};

// Move-only. Thread-safety: none.
class BlockCache {
 public:
  BlockCache();

  // The bytes from `offset` to the end of its block, at least one, valid until the next call.
  // Errors: kCorrupt if the file ends there or before, and those of pread(2).
  util::Result<std::string_view> at(const BlockFile& file, std::uint64_t offset);

 private:
  // Trees of a pack lie close together and are a few hundred bytes each.
  static constexpr std::size_t kBlockSize = std::size_t{16} * 1024;
  static constexpr std::size_t kBlocks = 8;

  struct Block {
    std::uint64_t file = 0;
    std::uint64_t offset = 0;
    std::size_t filled = 0;  // bytes; 0: nothing is there
    std::uint64_t used = 0;  // when, counted in calls
  };

  util::Result<void> fill(std::size_t place, const BlockFile& file, std::uint64_t offset);
  std::size_t place_of(const BlockFile& file, std::uint64_t offset) const;
  char* memory_of(std::size_t place) const { return memory_.get() + place * kBlockSize; }

  std::array<Block, kBlocks> blocks_{};
  std::unique_ptr<char[]> memory_;  // NOLINT(modernize-avoid-c-arrays): of unknown content
  std::uint64_t calls_ = 0;
};

}  // namespace gitsync::git
