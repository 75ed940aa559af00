// SPDX-License-Identifier: Apache-2.0
#include "util/child.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "util/spawn.h"

namespace gitsync::util {
namespace {

// Milliseconds between questions where pidfd_open(2) does not work (a seccomp profile may refuse
// it).
constexpr int kAskEvery = 10;

enum class Direction { kToChild, kFromChild };

// The two ends of one of the child's streams; ours is empty with /dev/null.
struct Stream {
  Fd ours;
  Fd theirs;
};

Result<Stream> open_stream(Stdio kind, Direction direction) {
  if (kind == Stdio::kNull) {
    Fd null(::open("/dev/null", O_RDWR | O_CLOEXEC));
    if (!null) return fail(sys_error("open /dev/null"));
    return Stream{Fd(), std::move(null)};
  }
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return fail(sys_error("pipe"));
  Fd reader(ends[0]);
  Fd writer(ends[1]);
  const Fd& ours = direction == Direction::kToChild ? writer : reader;
  ::fcntl(ours.get(), F_SETFL, ::fcntl(ours.get(), F_GETFL) | O_NONBLOCK);
  if (direction == Direction::kToChild) return Stream{std::move(writer), std::move(reader)};
  return Stream{std::move(reader), std::move(writer)};
}

// Closes the pipe at its end, and if it is broken.
Result<std::optional<std::size_t>> read_pipe(Fd& fd, std::span<char> buffer) {
  if (!fd) return 0;
  ssize_t n = 0;
  while ((n = ::read(fd.get(), buffer.data(), buffer.size())) < 0 && errno == EINTR) {
  }
  if (n < 0 && errno == EAGAIN) return std::nullopt;
  if (n < 0) {
    auto error = sys_error("read from a child");
    fd.reset();
    return fail(std::move(error));
  }
  if (n == 0) fd.reset();
  return static_cast<std::size_t>(n);
}

int wait_time(const Limit& limit, bool has_to_ask) {
  const int wait = poll_timeout(limit.deadline);
  if (!has_to_ask) return wait;
  return wait < 0 ? kAskEvery : std::min(wait, kAskEvery);
}

}  // namespace

Result<Child> Child::start(const ChildOptions& options) {
  GS_TRY(auto in, open_stream(options.input, Direction::kToChild));
  GS_TRY(auto out, open_stream(options.output, Direction::kFromChild));
  GS_TRY(auto err, open_stream(options.error, Direction::kFromChild));
  Child child;
  GS_TRY(child.pid_, spawn({.argv = options.argv,
                            .environment = options.environment,
                            .working_directory = options.working_directory,
                            .standard_input = in.theirs.get(),
                            .standard_output = out.theirs.get(),
                            .standard_error = err.theirs.get(),
                            .limits = options.limits}));
  child.pidfd_ = Fd(static_cast<int>(::syscall(SYS_pidfd_open, child.pid_, 0)));
  child.in_ = std::move(in.ours);
  child.out_ = std::move(out.ours);
  child.err_ = std::move(err.ours);
  if (options.error == Stdio::kCollect) child.collected_.emplace(options.error_limit);
  return child;
}

Child::Child(Child&& other) noexcept
    : pid_(std::exchange(other.pid_, -1)),
      pidfd_(std::move(other.pidfd_)),
      in_(std::move(other.in_)),
      out_(std::move(other.out_)),
      err_(std::move(other.err_)),
      collected_(std::move(other.collected_)) {}

Child& Child::operator=(Child&& other) noexcept {
  if (this == &other) return *this;
  end();
  pid_ = std::exchange(other.pid_, -1);
  pidfd_ = std::move(other.pidfd_);
  in_ = std::move(other.in_);
  out_ = std::move(other.out_);
  err_ = std::move(other.err_);
  collected_ = std::move(other.collected_);
  return *this;
}

Child::~Child() { end(); }

void Child::end() noexcept {
  if (pid_ < 0) return;
  if (!ended()) signal_group(SIGKILL);
  while (::waitpid(pid_, nullptr, 0) < 0 && errno == EINTR) {
  }
  pid_ = -1;
}

Result<ChildEvents> Child::wait_for(const ChildEvents& wanted, const Limit& limit) {
  const bool reads_error = collected_ || wanted.error;
  while (true) {
    std::array<pollfd, 5> fds{{{wanted.end ? pidfd_.get() : -1, POLLIN, 0},
                               {wanted.output ? out_.get() : -1, POLLIN, 0},
                               {reads_error ? err_.get() : -1, POLLIN, 0},
                               {wanted.input ? in_.get() : -1, POLLOUT, 0},
                               {limit.stop != nullptr ? limit.stop->fd() : -1, POLLIN, 0}}};
    ::poll(fds.data(), fds.size(), wait_time(limit, wanted.end && !pidfd_));
    if (collected_) collect_error();
    const ChildEvents ready{.input = fds[3].revents != 0,
                            .output = fds[1].revents != 0,
                            .error = !collected_ && fds[2].revents != 0,
                            .end = wanted.end && ended().has_value()};
    if (ready.end) return ready;
    GS_TRY_VOID(limit.check());
    if (ready.input || ready.output || ready.error) return ready;
  }
}

Result<std::size_t> Child::read(std::span<char> buffer, const Limit& limit) {
  while (out_) {
    GS_TRY_VOID(wait_for({.output = true}, limit));
    GS_TRY(const auto got, read_some(buffer));
    if (got) return *got;
  }
  return 0;
}

Result<void> Child::write(std::string_view bytes, const Limit& limit) {
  while (!bytes.empty()) {
    GS_TRY(const auto written, write_some(bytes));
    bytes.remove_prefix(written);
    if (!bytes.empty()) GS_TRY_VOID(wait_for({.input = true}, limit));
  }
  return {};
}

Result<std::optional<std::size_t>> Child::read_some(std::span<char> buffer) {
  return read_pipe(out_, buffer);
}

Result<std::optional<std::size_t>> Child::read_some_error(std::span<char> buffer) {
  return read_pipe(err_, buffer);
}

Result<std::size_t> Child::write_some(std::string_view bytes) {
  if (!in_) return fail(sys_error("write to a child", EPIPE));
  ssize_t n = 0;
  while ((n = ::write(in_.get(), bytes.data(), bytes.size())) < 0 && errno == EINTR) {
  }
  if (n >= 0) return static_cast<std::size_t>(n);
  if (errno == EAGAIN) return 0;
  auto error = sys_error("write to a child");
  in_.reset();
  return fail(std::move(error));
}

// Not more than a pipe holds at once, so that an endless writer meets the limit.
void Child::collect_error() {
  std::array<char, 16384> buffer;  // NOLINT(cppcoreguidelines-pro-type-member-init): read below
  for (int round = 0; collected_ && err_ && round < 4; ++round) {
    const auto got = read_pipe(err_, buffer).value_or(std::nullopt);
    if (!got) return;
    collected_->append({buffer.data(), *got});
  }
}

std::string Child::collected_error(const Scrub& scrub) {
  if (!collected_) return {};
  collect_error();
  return collected_->text(scrub);
}

void Child::signal_group(int signal) const noexcept { ::kill(-pid_, signal); }

// Without reaping, so that the number of the group cannot be given to anyone else.
std::optional<ChildEnd> Child::ended() const noexcept {
  siginfo_t info{};
  const bool known =
      ::waitid(P_PID, static_cast<id_t>(pid_), &info, WEXITED | WNOHANG | WNOWAIT) == 0;
  if (!known || info.si_pid != pid_) return std::nullopt;
  if (info.si_code == CLD_EXITED) return ChildEnd{.exit_status = info.si_status};
  return ChildEnd{.signal = info.si_status};
}

Result<ChildEnd> Child::wait(const Limit& limit) {
  GS_TRY_VOID(wait_for({.end = true}, limit));
  return ended().value_or(ChildEnd{});
}

}  // namespace gitsync::util
