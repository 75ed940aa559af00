// SPDX-License-Identifier: Apache-2.0
// A pack while it is written, entry by entry (gitformat-pack(5), "pack-*.pack files have the
// following format").

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "git/hashed_output.h"
#include "git/object.h"
#include "git/object_id.h"
#include "util/error.h"

namespace gitsync::git {

// Memory: that of HashedOutput. Errors: those of write(2). Thread-safety: none.
class PackOutput {
 public:
  // See HashedOutput; the file is empty.
  PackOutput(int file, std::string shown) : out_(file, std::move(shown)) {}

  // First: how many entries there will be.
  util::Result<void> begin(std::uint32_t count);
  // Starts an entry, of an object of `size` bytes or of a delta of that size whose base began
  // `distance` bytes before it. Its compressed bytes must follow.
  util::Result<void> begin_object(ObjectType type, std::uint64_t size);
  util::Result<void> begin_delta(std::uint64_t size, std::uint64_t distance);
  util::Result<void> write(std::string_view bytes);
  // Returns the checksum by which the pack is known.
  util::Result<ObjectId> finish() { return out_.finish(); }

  std::uint64_t offset() const { return out_.size(); }  // where the next bytes go
  std::uint32_t crc() const { return crc_; }            // CRC-32 of the last entry

 private:
  HashedOutput out_;
  std::uint32_t crc_ = 0;
};

}  // namespace gitsync::git
