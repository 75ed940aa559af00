// SPDX-License-Identifier: Apache-2.0
#include "util/close_descriptors.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>

#include "util/resource_limits.h"

namespace gitsync::util {
namespace {

// Without /proc nothing says what is open: soft limits of a billion would take minutes.
constexpr std::size_t kMostGuessed = 65536;

// -1 for "." and "..".
int number_of(const char* name) noexcept {
  int number = 0;
  for (; *name != '\0'; ++name) {
    if (*name < '0' || *name > '9') return -1;
    number = number * 10 + (*name - '0');
  }
  return number;
}

// readdir(3) may allocate, so this reads the entries of linux_dirent64, getdents(2). Closing while
// listing may skip some: returns how many were closed, to be called until there are none.
int close_listed(int directory, int first) noexcept {
  alignas(dirent64) std::array<char, 4096> buffer{};
  ::lseek(directory, 0, SEEK_SET);
  int closed = 0;
  while (true) {
    const auto size = ::syscall(SYS_getdents64, directory, buffer.data(), buffer.size());
    if (size <= 0) return closed;
    for (long at = 0; at < size;) {
      const char* entry = buffer.data() + at;
      unsigned short length = 0;
      std::memcpy(&length, entry + offsetof(dirent64, d_reclen), sizeof length);
      const int number = number_of(entry + offsetof(dirent64, d_name));
      if (number >= first && number != directory && ::close(number) == 0) ++closed;
      at += length;
    }
  }
}

}  // namespace

void close_descriptors_from(int first) noexcept {
  if (::close_range(static_cast<unsigned>(first), ~0U, 0) != 0)
    close_listed_descriptors_from(first);
}

void close_listed_descriptors_from(int first) noexcept {
  // One that will be closed anyway, in case no further one can be opened.
  ::close(first);
  const int directory = ::open("/proc/self/fd", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) {
    const auto end = static_cast<int>(std::min(open_file_limit(), kMostGuessed));
    for (int number = first; number < end; ++number) ::close(number);
    return;
  }
  while (close_listed(directory, first) > 0) {
  }
  ::close(directory);
}

}  // namespace gitsync::util
