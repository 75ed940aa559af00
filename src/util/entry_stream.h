// SPDX-License-Identifier: Apache-2.0
// The names in one directory, one after the other, in the memory of one getdents64(2) buffer
// however many there are.

#pragma once

#include <sys/types.h>

#include <cstddef>
#include <memory>
#include <optional>
#include <string_view>

#include "util/error.h"
#include "util/fd.h"

namespace gitsync::util {

// Reads an open directory in the kernel's order, without "." and "..". Entries may be removed
// meanwhile; on some file systems a reading then misses a few, so whoever empties a directory
// reads it again until it is empty. Move-only. Thread-safety: none.
class EntryStream {
 public:
  // `fd` is a directory opened for reading; the stream owns it.
  explicit EntryStream(Fd fd) noexcept : fd_(std::move(fd)) {}

  // -1 while it is parked.
  int fd() const noexcept { return fd_.get(); }

  // The next name, ended by a NUL and valid until the next call, or nothing at the end.
  // The error says only what the system said; the caller knows the path.
  Result<std::optional<std::string_view>> next();
  // Starts again from the first entry.
  void rewind();

  // Gives up descriptor and buffer but remembers the place, for who holds many streams.
  void park();
  bool is_parked() const noexcept { return !fd_; }
  // Goes on from that place with `fd`, the same directory opened again.
  void resume(Fd fd);

 private:
  Fd fd_;
  std::unique_ptr<std::byte[]> buffer_;  // NOLINT(modernize-avoid-c-arrays): of unknown content
  std::size_t filled_ = 0;               // bytes in buffer_
  std::size_t used_ = 0;                 // bytes of them already given out
  off_t place_ = 0;                      // the kernel's cookie of what follows
};

}  // namespace gitsync::util
