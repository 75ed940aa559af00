// SPDX-License-Identifier: Apache-2.0
#include "source/error_tail.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <utility>

namespace gitsync::source {
namespace {

constexpr std::size_t kKept = std::size_t{64} << 10;

}  // namespace

ErrorTail::ErrorTail(util::Fd fd) : fd_(std::move(fd)), words_(kKept) {
  ::fcntl(fd_.get(), F_SETFL, ::fcntl(fd_.get(), F_GETFL) | O_NONBLOCK);
}

void ErrorTail::collect() {
  std::array<char, 16384> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): read below
  for (int round = 0; fd_ && round < 4; ++round) {
    const auto got = ::read(fd_.get(), buffer.data(), buffer.size());
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) {
      fd_.reset();
      return;
    }
    words_.append({buffer.data(), static_cast<std::size_t>(got)});
  }
}

void ErrorTail::forget() { words_ = util::BoundedOutput(kKept); }

}  // namespace gitsync::source
