// SPDX-License-Identifier: Apache-2.0
#include "util/look_anew.h"

#include <fcntl.h>

#include "util/fd.h"
#include "util/stale.h"

namespace gitsync::util {

void look_anew(const std::string& directory) {
  [[maybe_unused]] const Fd fd(
      despite_stale([&] { return ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC); }));
}

}  // namespace gitsync::util
