// SPDX-License-Identifier: Apache-2.0
// Sole owner of a file descriptor.

#pragma once

#include <utility>

namespace gitsync::util {

// Closes the descriptor when destroyed. Move-only; a moved-from or default Fd holds -1.
// Whoever opens must pass O_CLOEXEC (or its like): no descriptor of ours reaches a child.
class [[nodiscard]] Fd {
 public:
  Fd() noexcept = default;
  explicit Fd(int fd) noexcept : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    if (this != &other) {
      reset();
      fd_ = std::exchange(other.fd_, -1);
    }
    return *this;
  }
  ~Fd() { reset(); }

  int get() const noexcept { return fd_; }
  explicit operator bool() const noexcept { return fd_ >= 0; }
  // Gives the descriptor to the caller, who closes it.
  int release() noexcept { return std::exchange(fd_, -1); }
  void reset() noexcept;
  // The same, telling what close(2) says, as NFS reports a full disk only then: false, and errno.
  [[nodiscard]] bool close() noexcept;

 private:
  int fd_ = -1;
};

}  // namespace gitsync::util
