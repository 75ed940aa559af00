// SPDX-License-Identifier: Apache-2.0
// ESTALE: what a network file system says of a name whose file another client has just replaced.
// The kernel looks again once; when its second look comes too early as well, the call fails,
// although the file that has the name now is there (open(2) on NFS; exports(5), "fsid").

#pragma once

#include <cerrno>

namespace gitsync::util {

// Runs `call`, which returns -1 and errno as system calls do, a few times more for as long as it
// says ESTALE. Only for calls that begin at a name, or at a folder that stays: a descriptor of what
// is gone is stale for ever.
template <typename Call>
auto despite_stale(const Call& call) {
  constexpr int kMore = 3;
  auto result = call();
  for (int more = 0; more < kMore && result == -1 && errno == ESTALE; ++more) result = call();
  return result;
}

}  // namespace gitsync::util
