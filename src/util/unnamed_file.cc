// SPDX-License-Identifier: Apache-2.0
#include "util/unnamed_file.h"

#include <fcntl.h>
#include <unistd.h>

#include "util/files.h"

namespace gitsync::util {

Result<Fd> open_unnamed(const std::string& directory) {
  constexpr mode_t kMode = 0600;
  Fd file(::open(directory.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, kMode));
  if (file) return file;
  const std::string path = directory + "/.git-sync.unnamed." + random_suffix();
  constexpr int kFlags = O_CREAT | O_EXCL | O_RDWR | O_NOFOLLOW | O_CLOEXEC;
  file = Fd(::open(path.c_str(), kFlags, kMode));
  if (!file) return fail(sys_error("create " + path));
  ::unlink(path.c_str());
  return file;
}

}  // namespace gitsync::util
