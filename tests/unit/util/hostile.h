// SPDX-License-Identifier: Apache-2.0
// What a test of untrusted directories needs: someone who swaps things meanwhile, another user,
// mounts of its own, and a kernel without openat2(2).

#pragma once

#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <stdio.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstddef>
#include <functional>
#include <string>
#include <thread>

#include "support/child.h"

namespace gitsync::test {

// Exchanges two paths in a loop until destroyed.
class Swapper {
 public:
  Swapper(std::string a, std::string b)
      : thread_([this, a = std::move(a), b = std::move(b)] {
          while (!done_) {
            if (::renameat2(AT_FDCWD, a.c_str(), AT_FDCWD, b.c_str(), RENAME_EXCHANGE) == 0) {
              ++swaps_;
            }
          }
        }) {}
  ~Swapper() {
    done_ = true;
    thread_.join();
  }
  Swapper(const Swapper&) = delete;
  Swapper& operator=(const Swapper&) = delete;
  int swaps() const { return swaps_; }

 private:
  std::atomic<bool> done_ = false;
  std::atomic<int> swaps_ = 0;
  std::thread thread_;
};

inline constexpr int kCannotMount = 77;

// Runs `body` (0: success) in a child with mounts of its own, which vanish with it; kCannotMount
// if this machine does not let us.
inline int with_own_mounts(const std::function<int()>& body) {
  Child child([&] {
    if (::unshare(CLONE_NEWNS) != 0) return kCannotMount;
    if (::mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return kCannotMount;
    return body();
  });
  return child.wait();
}

// Runs `body` (0: success) in a child as an ordinary user. Only for root.
inline constexpr uid_t kOrdinaryUser = 65533;
inline int as_ordinary_user(const std::function<int()>& body) {
  Child child([&] {
    if (::setgid(kOrdinaryUser) != 0 || ::setuid(kOrdinaryUser) != 0) return 100;
    return body();
  });
  return child.wait();
}

// Makes openat2(2) fail with `code` for this thread, as old kernels (ENOSYS) and container
// runtimes (EPERM) do. Returns whether it does.
inline bool forbid_openat2(int code) {
  std::array<sock_filter, 4> filter{{
      {BPF_LD | BPF_W | BPF_ABS, 0, 0, offsetof(seccomp_data, nr)},
      {BPF_JMP | BPF_JEQ | BPF_K, 0, 1, SYS_openat2},
      {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ERRNO | static_cast<unsigned>(code)},
      {BPF_RET | BPF_K, 0, 0, SECCOMP_RET_ALLOW},
  }};
  const sock_fprog program{.len = filter.size(), .filter = filter.data()};
  if (::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return false;
  if (::prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) != 0) return false;
  return ::syscall(SYS_openat2, -1, nullptr, nullptr, 0) == -1 && errno == code;
}

}  // namespace gitsync::test
