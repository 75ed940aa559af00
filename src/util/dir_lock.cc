// SPDX-License-Identifier: Apache-2.0
#include "util/dir_lock.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace gitsync::util {
namespace {

// The kernel offers no wait on such a lock with a limit, so a waiter asks this often.
constexpr std::chrono::milliseconds kRetry{25};

}  // namespace

Result<DirLock> DirLock::try_acquire(const std::string& file) {
  // 0666: with a group-writable root another uid of the group takes its turns too.
  Fd fd(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0666));
  if (!fd) return fail(sys_error("lock " + file));
  struct flock lock{};
  lock.l_type = F_WRLCK;
  lock.l_whence = SEEK_SET;
  if (::fcntl(fd.get(), F_OFD_SETLK, &lock) != 0) {
    if (errno == EAGAIN || errno == EACCES) {
      return fail(ErrorKind::kBusy, "lock " + file + ": held by another git-sync");
    }
    return fail(sys_error("lock " + file));
  }
  return DirLock(std::move(fd));
}

Result<DirLock> DirLock::acquire(const std::string& file, const Limit& limit) {
  while (true) {
    auto lock = try_acquire(file);
    if (lock || lock.error().kind != ErrorKind::kBusy) return lock;
    if (auto open = limit.check(); !open) {
      return fail(std::move(open).error().with_context(lock.error().message));
    }
    const auto next = std::min(limit.deadline, SteadyClock::now() + kRetry);
    if (limit.stop != nullptr) {
      const std::array<const Event*, 1> stop{limit.stop};
      wait_for_any(stop, next);
    } else {
      ::poll(nullptr, 0, poll_timeout(next));
    }
  }
}

}  // namespace gitsync::util
