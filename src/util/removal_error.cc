// SPDX-License-Identifier: Apache-2.0
#include "util/removal_error.h"

#include <unistd.h>

#include <cerrno>
#include <cstddef>

#include "util/paths.h"

namespace gitsync::util {
namespace {

// A hostile tree may be thousands of levels deep; its end says most.
constexpr std::size_t kLongest = 1000;

std::string shortened(const std::string& path) {
  if (path.size() <= kLongest) return path;
  return "..." + path.substr(path.size() - kLongest);
}

std::string hint_for(const std::string& entry, int code, const Obstacle& obstacle) {
  if (code == EXDEV) return "unmount it first: nothing on it was removed";
  if ((code != EACCES && code != EPERM) || !obstacle.owner) return {};
  const std::string path = obstacle.is_holder ? dir_name(entry) : entry;
  if (*obstacle.owner == ::geteuid()) {
    if (code == EACCES) return {};
    return path + " may be marked as immutable or append-only: see lsattr";
  }
  return path + " is owned by uid " + std::to_string(*obstacle.owner) +
         ": remove it as that user, or let everything that writes there run as one user";
}

}  // namespace

Error removal_error(const std::string& removed, const std::string& below, int code,
                    const Obstacle& obstacle) {
  const std::string entry = below.empty() ? removed : removed + "/" + below;
  const std::string what = "remove " + removed + (below.empty() ? "" : ": " + shortened(below));
  // strerror's "Invalid cross-device link" would not be understood.
  Error error = code == EXDEV ? Error{.message = what + ": another file system is mounted there",
                                      .sys_errno = code}
                              : sys_error(what, code);
  error.hint = hint_for(shortened(entry), code, obstacle);
  return error;
}

}  // namespace gitsync::util
