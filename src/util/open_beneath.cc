// SPDX-License-Identifier: Apache-2.0
#include "util/open_beneath.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <utility>
#include <vector>

#include "util/stale.h"
#include "util/text.h"

namespace gitsync::util {
namespace {

int open_at_once(int directory, const std::string& path) {
  open_how how{};
  // Without O_NOFOLLOW, which would make the last symlink ENOTDIR instead of ELOOP.
  how.flags = static_cast<unsigned>(O_PATH | O_DIRECTORY | O_CLOEXEC);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  return static_cast<int>(::syscall(SYS_openat2, directory, path.c_str(), &how, sizeof how));
}

bool is_symlink(int directory, const std::string& name) {
  struct stat info{};
  return ::fstatat(directory, name.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0 &&
         S_ISLNK(info.st_mode);
}

// errno is set on failure.
Fd open_part_by_part(int directory, const std::string& path) {
  Fd at;
  for (const auto& name : split(path, '/')) {
    const int from = at ? at.get() : directory;
    Fd next(despite_stale([&] {
      return ::openat(from, name.c_str(), O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    }));
    if (!next) {
      const int code = errno;
      errno = code == ENOTDIR && is_symlink(from, name) ? ELOOP : code;
      return {};
    }
    at = std::move(next);
  }
  return at;
}

}  // namespace

Result<std::string> path_beneath(std::string_view path) {
  const auto refuse = [&](const char* why) {
    return fail(ErrorKind::kInvalid, "path \"" + std::string(path) + "\" " + why);
  };
  if (path.starts_with('/')) return refuse("is absolute where one below a folder is meant");
  if (path.contains('\0')) return refuse("has a NUL in it");
  std::vector<std::string> kept;
  for (auto& part : split(path, '/')) {
    if (part == "..") return refuse("leads upwards");
    if (!part.empty() && part != ".") kept.push_back(std::move(part));
  }
  return join(kept, "/");
}

Result<Fd> open_beneath(int directory, const std::string& path, const std::string& shown) {
  Fd fd(despite_stale([&] { return open_at_once(directory, path); }));
  // EAGAIN: something was renamed meanwhile, and the kernel could not be sure.
  if (!fd && (errno == ENOSYS || errno == EPERM || errno == EAGAIN)) {
    fd = open_part_by_part(directory, path);
  }
  if (fd) return fd;
  if (errno != ELOOP) return fail(sys_error("open " + shown));
  return fail(Error{.kind = ErrorKind::kLocal,
                    .message = "open " + shown + ": a symlink on the way is not followed",
                    .sys_errno = ELOOP});
}

}  // namespace gitsync::util
