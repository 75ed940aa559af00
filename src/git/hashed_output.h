// SPDX-License-Identifier: Apache-2.0
// A file that is written from its beginning to its end and then bears the SHA-1 of all that: packs
// and their indexes (gitformat-pack(5)).

#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "git/index_checksum.h"
#include "git/object_id.h"
#include "util/error.h"

namespace gitsync::git {

// Memory: 128 KiB. Errors: those of write(2), with the name of the file. Thread-safety: none.
class HashedOutput {
 public:
  // `file` stands where writing shall begin, and outlives this; `shown` names it in errors.
  HashedOutput(int file, std::string shown);

  std::uint64_t size() const { return size_; }  // bytes up to now
  util::Result<void> write(std::string_view bytes);
  util::Result<void> write_32(std::uint32_t number);  // in network byte order, as the next
  util::Result<void> write_64(std::uint64_t number);
  // Writes the checksum and all that still waits; nothing may follow. Not flushed to the disk.
  util::Result<ObjectId> finish();

 private:
  util::Result<void> flush();

  const int file_;
  const std::string shown_;
  std::string buffer_;
  IndexChecksum checksum_;
  std::uint64_t size_ = 0;
};

}  // namespace gitsync::git
