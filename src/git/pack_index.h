// SPDX-License-Identifier: Apache-2.0
// Where the objects of a pack are: an .idx file of version 2 (gitformat-pack(5), "Version 2
// pack-*.idx files"), read by pread(2), since a mapped file that is cut short ends the process.

#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>

#include "git/object_id.h"
#include "util/error.h"
#include "util/fd.h"

namespace gitsync::git {

// One line of the index.
struct PackIndexEntry {
  ObjectId id;
  std::uint32_t crc = 0;     // CRC-32 of the entry in the pack, all its bytes
  std::uint64_t offset = 0;  // where it begins
};

// Memory: 1 KiB, however large the file is. Its own checksum is not read; every object is verified
// when it is. Move-only. Thread-safety: const operations may run in several threads at once.
class PackIndex {
 public:
  // Errors: kCorrupt if sizes or counts do not fit together; kNotUnderstood for other versions.
  static util::Result<PackIndex> open(util::Fd fd, std::string shown);

  std::uint32_t count() const { return fanout_.back(); }
  // The last 20 bytes of the pack that it belongs to.
  const ObjectId& pack_checksum() const { return pack_checksum_; }

  // Where in the pack an object begins, or nothing. The offset is as foreign as the file.
  // Cost: two reads in a pack of 50,000 objects, three in one of a million.
  util::Result<std::optional<std::uint64_t>> find(const ObjectId& id) const;

  // All of them in the order of their ids. kCorrupt if they are in no order. Memory: 32 KiB.
  using Visitor = std::function<util::Result<void>(const PackIndexEntry&)>;
  util::Result<void> for_each(const Visitor& visit) const;

 private:
  PackIndex(util::Fd fd, std::string shown) noexcept
      : fd_(std::move(fd)), shown_(std::move(shown)) {}
  struct Range {
    std::uint32_t first = 0;
    std::uint32_t last = 0;  // the one behind it
  };
  util::Result<void> load();
  // A few hundred ids at most, among which `id` must be.
  util::Result<Range> narrow(const ObjectId& id) const;
  util::Result<void> read_names(std::uint32_t first, std::span<char> out) const;
  util::Result<std::uint64_t> offset_of(std::uint32_t position) const;
  util::Result<std::uint64_t> large_offset(std::uint32_t small) const;

  util::Fd fd_;
  std::string shown_;
  std::uint64_t size_ = 0;                   // bytes
  std::array<std::uint32_t, 256> fanout_{};  // how many ids begin with this byte or a lower one
  ObjectId pack_checksum_;
};

}  // namespace gitsync::git
