// SPDX-License-Identifier: Apache-2.0
#include "util/fd.h"

#include <unistd.h>

#include <cerrno>

namespace gitsync::util {

void Fd::reset() noexcept {
  // Linux releases the descriptor even when close(2) is interrupted, so there is no retry.
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

bool Fd::close() noexcept {
  return fd_ < 0 || ::close(std::exchange(fd_, -1)) == 0 || errno == EINTR;
}

}  // namespace gitsync::util
