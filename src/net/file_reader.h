// SPDX-License-Identifier: Apache-2.0
// The body of a request, read from its file piece by piece.

#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

#include "net/message.h"
#include "util/error.h"

namespace gitsync::net {

// Thread-safety: none.
class FileReader {
 public:
  explicit FileReader(FileBody file) : file_(file) {}

  // Reads what comes next, as much as is there at once; 0 at the end. Errors: kInvalid if the file
  // ends before the size that was said, else of read(2).
  util::Result<std::size_t> read(std::span<char> buffer);
  void seek(std::uint64_t offset) { offset_ = offset; }

 private:
  FileBody file_;
  std::uint64_t offset_ = 0;
};

}  // namespace gitsync::net
