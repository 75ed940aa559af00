// SPDX-License-Identifier: Apache-2.0
// The bytes of an index file, piece by piece, with the checksum of all that was taken.

#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "git/index_checksum.h"
#include "git/index_reader.h"
#include "util/error.h"

namespace gitsync::git {

// Thread-safety: none. Errors: those of the source; kCorrupt if the file ends too early.
class IndexInput {
 public:
  explicit IndexInput(const IndexSource& source);

  // The next `length` bytes, at most kLongestIndexPath and some; good until the next call.
  util::Result<std::string_view> take(std::size_t length);
  // The bytes up to the next NUL, which is taken as well; kNotUnderstood if they are more than
  // `limit`. Good until the next call.
  util::Result<std::string_view> take_text(std::size_t limit);
  util::Result<void> skip(std::uint64_t length);

  // Whether what is left is the checksum, or less than that.
  util::Result<bool> at_trailer();
  // Reads the trailer and compares it.
  util::Result<void> check_trailer();

 private:
  // Makes `length` bytes stand in the buffer, or all that are left.
  util::Result<void> look(std::size_t length);
  void add_taken();
  std::string_view ready() const { return std::string_view(buffer_).substr(begin_, end_ - begin_); }

  const IndexSource& source_;
  std::string buffer_;
  std::size_t begin_ = 0;
  std::size_t end_ = 0;
  std::size_t added_ = 0;  // up to here the checksum knows the buffer
  bool source_ended_ = false;
  IndexChecksum checksum_;
};

}  // namespace gitsync::git
