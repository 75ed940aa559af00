// SPDX-License-Identifier: Apache-2.0
#include "util/dir_lock.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <optional>

#include "util/pause.h"
#include "util/stale.h"

namespace gitsync::util {
namespace {

// The kernel offers no wait on such a lock with a limit, so a waiter asks this often.
constexpr std::chrono::milliseconds kRetry{25};

// How often a file that is replaced just after it was opened is opened again.
constexpr int kOpenings = 10;

Error refusal(const std::string& file, const char* what) {
  return {.kind = ErrorKind::kLocal,
          .message = "lock " + file + ": it is " + what + ", not a file",
          .hint = "remove " + file + ": a lock file is made in its place"};
}

Result<Fd> open_lock_file(const std::string& file) {
  // 0666: with a group-writable root another uid of the group takes its turns too.
  constexpr int kFlags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
  Fd fd(despite_stale([&] { return ::open(file.c_str(), kFlags, 0666); }));
  if (!fd && errno == ELOOP) return fail(refusal(file, "a symlink"));
  if (!fd && errno == EISDIR) return fail(refusal(file, "a directory"));
  if (!fd) return fail(sys_error("lock " + file));
  return fd;
}

// What has this name now.
std::optional<FileId> id_of(const std::string& file) {
  struct stat info{};
  if (despite_stale([&] { return ::lstat(file.c_str(), &info); }) != 0) return std::nullopt;
  return FileId{.device = info.st_dev, .inode = info.st_ino};
}

}  // namespace

Result<DirLock> DirLock::try_acquire(const std::string& file) {
  for (int opening = 1;; ++opening) {
    GS_TRY(Fd fd, open_lock_file(file));
    struct stat info{};
    if (::fstat(fd.get(), &info) != 0) return fail(sys_error("lock " + file));
    if (!S_ISREG(info.st_mode)) return fail(refusal(file, "a device or pipe"));
    struct flock lock{};
    lock.l_type = F_WRLCK;
    lock.l_whence = SEEK_SET;
    if (::fcntl(fd.get(), F_OFD_SETLK, &lock) != 0) {
      if (errno == EAGAIN || errno == EACCES) {
        return fail(ErrorKind::kBusy, "lock " + file + ": held by another git-sync");
      }
      return fail(sys_error("lock " + file));
    }
    const FileId id{.device = info.st_dev, .inode = info.st_ino};
    if (id_of(file) == id) return DirLock(std::move(fd), file, id);
    // Removed between open and lock: others would lock the next file of this name. If it never
    // fits, nobody removes files so fast: the volume's inode numbers are not to be trusted.
    if (opening == kOpenings) return DirLock(std::move(fd), file, std::nullopt);
  }
}

Result<DirLock> DirLock::without_lock(const std::string& file) {
  GS_TRY(Fd fd, open_lock_file(file));
  return DirLock(std::move(fd), file, id_of(file));
}

bool is_lack_of_locks(const Error& error) {
  const int code = error.sys_errno;
  return code == ENOLCK || code == ENOSYS || code == EOPNOTSUPP || code == EINVAL;
}

bool DirLock::is_current() const { return !id_ || id_of(file_) == id_; }

Result<DirLock> DirLock::acquire(const std::string& file, const Limit& limit) {
  while (true) {
    auto lock = try_acquire(file);
    if (lock || lock.error().kind != ErrorKind::kBusy) return lock;
    if (auto open = limit.check(); !open) {
      return fail(std::move(open).error().with_context(lock.error().message));
    }
    pause_until(SteadyClock::now() + kRetry, limit);
  }
}

}  // namespace gitsync::util
