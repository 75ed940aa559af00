// SPDX-License-Identifier: Apache-2.0
#include "net/file_reader.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace gitsync::net {

util::Result<std::size_t> FileReader::read(std::span<char> buffer) {
  if (offset_ >= file_.size) return std::size_t{0};
  const auto wanted = std::min<std::uint64_t>(buffer.size(), file_.size - offset_);
  ssize_t got = 0;
  do {
    got = ::pread(file_.fd, buffer.data(), wanted, static_cast<off_t>(offset_));
  } while (got < 0 && errno == EINTR);
  if (got < 0) return util::fail(util::sys_error("reading what is uploaded"));
  if (got == 0) {
    return util::fail(util::ErrorKind::kInvalid, "the file that is uploaded became shorter");
  }
  offset_ += static_cast<std::uint64_t>(got);
  return static_cast<std::size_t>(got);
}

}  // namespace gitsync::net
