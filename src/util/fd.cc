// SPDX-License-Identifier: Apache-2.0
#include "util/fd.h"

#include <unistd.h>

namespace gitsync::util {

void Fd::reset() noexcept {
  // Linux releases the descriptor even when close(2) is interrupted, so there is no retry.
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

}  // namespace gitsync::util
