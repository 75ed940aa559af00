// SPDX-License-Identifier: Apache-2.0
#include "git/open_at.h"

#include <fcntl.h>
#include <sys/stat.h>

#include "git/corrupt.h"
#include "util/stale.h"

namespace gitsync::git {

util::Result<util::Fd> open_file_at(int directory, const std::string& name,
                                    const std::string& shown) {
  // Without O_NONBLOCK the open of a pipe without writer would wait for ever.
  util::Fd fd(util::despite_stale([&] {
    return ::openat(directory, name.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  }));
  if (!fd) return util::fail(util::sys_error("open " + shown));
  struct stat info{};
  if (::fstat(fd.get(), &info) != 0) return util::fail(util::sys_error("open " + shown));
  if (!S_ISREG(info.st_mode)) return corrupt(shown + " is no file");
  return fd;
}

}  // namespace gitsync::git
