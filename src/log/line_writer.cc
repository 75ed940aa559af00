// SPDX-License-Identifier: Apache-2.0
#include "log/line_writer.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <climits>

namespace gitsync::log {

LineWriter::LineWriter(int fd, std::chrono::milliseconds patience) : fd_(fd), patience_(patience) {
  struct stat status{};
  if (::fstat(fd_, &status) != 0) return;
  if (S_ISREG(status.st_mode)) kind_ = Kind::kFile;
  if (S_ISSOCK(status.st_mode)) kind_ = Kind::kSocket;
}

bool LineWriter::write(std::string_view line) {
  const auto start = util::SteadyClock::now();
  const auto deadline = stuck_ ? start : start + patience_;
  std::string_view rest = rest_;
  Status status = send(rest, deadline);
  std::string_view unsent = line;
  if (status == Status::kDone) status = send(unsent, deadline);
  // Nobody will read the end of a line whose beginning went to a reader that is gone.
  if (status == Status::kBroken) rest = unsent = {};
  const bool started = status != Status::kBroken && unsent.size() < line.size();
  stuck_ = status != Status::kDone;
  rest_ = std::string(started ? unsent : rest);
  return started;
}

LineWriter::Status LineWriter::send(std::string_view& text, util::Deadline deadline) {
  while (!text.empty()) {
    if (!wait_writable(deadline)) return Status::kLater;
    if (send_piece(text) == Status::kBroken) return Status::kBroken;
  }
  return Status::kDone;
}

LineWriter::Status LineWriter::send_piece(std::string_view& text) {
  // A pipe that polls writable takes PIPE_BUF bytes without blocking, and atomically.
  const std::size_t size =
      kind_ == Kind::kPipe ? std::min<std::size_t>(text.size(), PIPE_BUF) : text.size();
  const auto written = kind_ == Kind::kSocket
                           ? ::send(fd_, text.data(), size, MSG_DONTWAIT | MSG_NOSIGNAL)
                           : ::write(fd_, text.data(), size);
  if (written < 0) {
    const bool transient = errno == EINTR || errno == EAGAIN || errno == EWOULDBLOCK;
    return transient ? Status::kLater : Status::kBroken;
  }
  text.remove_prefix(static_cast<std::size_t>(written));
  return Status::kDone;
}

bool LineWriter::wait_writable(util::Deadline deadline) const {
  pollfd entry{.fd = fd_, .events = POLLOUT, .revents = 0};
  while (true) {
    const int ready = ::poll(&entry, 1, util::poll_timeout(deadline));
    // Errors count as writable: the write tells what is wrong.
    if (ready >= 0 || errno != EINTR) return ready != 0;
  }
}

}  // namespace gitsync::log
