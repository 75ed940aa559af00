// SPDX-License-Identifier: Apache-2.0
#include "util/wait.h"

#include <algorithm>
#include <vector>

namespace gitsync::util {

Result<void> wait_for_descriptors(std::span<pollfd> wanted, const Limit& limit) {
  std::vector<pollfd> fds(wanted.begin(), wanted.end());
  fds.push_back({limit.stop != nullptr ? limit.stop->fd() : -1, POLLIN, 0});
  while (true) {
    const int ready = ::poll(fds.data(), fds.size(), poll_timeout(limit.deadline));
    if (fds.back().revents != 0 || limit.expired()) return limit.check();
    if (ready <= 0) continue;  // EINTR
    std::copy_n(fds.begin(), wanted.size(), wanted.begin());
    return {};
  }
}

}  // namespace gitsync::util
