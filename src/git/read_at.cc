// SPDX-License-Identifier: Apache-2.0
#include "git/read_at.h"

#include <unistd.h>

#include <cerrno>
#include <string>

namespace gitsync::git {

util::Result<void> read_exactly_at(int fd, std::span<char> out, std::uint64_t offset,
                                   std::string_view shown) {
  while (!out.empty()) {
    const auto got = ::pread(fd, out.data(), out.size(), static_cast<off_t>(offset));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return util::fail(util::sys_error("read " + std::string(shown)));
    if (got == 0) {
      return util::fail(util::ErrorKind::kCorrupt, std::string(shown) + " is cut short");
    }
    offset += static_cast<std::uint64_t>(got);
    out = out.subspan(static_cast<std::size_t>(got));
  }
  return {};
}

std::uint32_t big_endian_32(std::string_view bytes) {
  std::uint32_t value = 0;
  for (const char c : bytes.substr(0, 4)) value = value << 8 | static_cast<unsigned char>(c);
  return value;
}

std::uint64_t big_endian_64(std::string_view bytes) {
  return std::uint64_t{big_endian_32(bytes)} << 32 | big_endian_32(bytes.substr(4));
}

}  // namespace gitsync::git
