// SPDX-License-Identifier: Apache-2.0
#include "source/ssh_session.h"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <optional>
#include <utility>

#include "util/wait.h"

namespace gitsync::source {
namespace {

using util::Limit;
using util::Result;

// For the last words of a session that went wrong.
constexpr std::chrono::seconds kLastWords{3};
// For the end of a session whose answer is there: a server may allow one at a time.
constexpr std::chrono::milliseconds kEnding{500};

Limit patient(const Limit& limit, Patience patience) {
  return patience == kEndless ? limit : limit.within(patience);
}

util::SteadyClock::duration time_for(Outcome outcome) {
  if (outcome == Outcome::kAnswered) return kEnding;
  return kLastWords;
}

struct Pipe {
  util::Fd reader;
  util::Fd writer;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC | O_NONBLOCK) != 0) return util::fail(util::sys_error("pipe"));
  return Pipe{util::Fd(ends[0]), util::Fd(ends[1])};
}

// What is read and written here, and the master's ends of it.
struct Streams {
  Pipe input;
  Pipe output;
  Pipe error;

  static Result<Streams> make() {
    Streams streams;
    GS_TRY(streams.input, make_pipe());
    GS_TRY(streams.output, make_pipe());
    GS_TRY(streams.error, make_pipe());
    return streams;
  }
};

class ChannelSession final : public SshSession {
 public:
  ChannelSession(SshMaster& master, net::MuxClient client, Streams streams, Patience patience)
      : master_(master),
        client_(std::move(client)),
        in_(std::move(streams.input.writer)),
        out_(std::move(streams.output.reader)),
        errors_(std::move(streams.error.reader)),
        patience_(patience) {}

  Result<std::size_t> read(std::span<char> buffer, const Limit& limit) override {
    while (true) {
      GS_TRY_VOID(wait(out_.get(), POLLIN, limit));
      const auto got = ::read(out_.get(), buffer.data(), buffer.size());
      if (got >= 0) return static_cast<std::size_t>(got);
      if (errno != EAGAIN && errno != EINTR) return util::fail(util::sys_error("read from ssh"));
    }
  }

  Result<void> write(std::string_view bytes, const Limit& limit) override {
    while (!bytes.empty()) {
      GS_TRY_VOID(wait(in_.get(), POLLOUT, limit));
      const auto sent = ::write(in_.get(), bytes.data(), bytes.size());
      if (sent > 0) bytes.remove_prefix(static_cast<std::size_t>(sent));
      if (sent < 0 && errno != EAGAIN && errno != EINTR) {
        return util::fail(util::sys_error("write to ssh"));
      }
    }
    return {};
  }

  SessionEnd finish(Outcome outcome, const Limit& limit, const util::Scrub& scrub) override {
    in_.reset();
    out_.reset();
    const auto status = client_.wait_for_exit(limit.within(time_for(outcome)));
    errors_.collect();
    master_.errors().collect();
    SessionEnd end{.words = master_.errors().text(scrub) + errors_.text(scrub)};
    end.lost = !status && status.error().kind != util::ErrorKind::kTimeout &&
               status.error().kind != util::ErrorKind::kStopped;
    end.how = status ? "exit status " + std::to_string(*status) : "the connection ended";
    return end;
  }

  bool was_silent() const override { return silent_; }

 private:
  // What both standard errors say is read meanwhile.
  Result<void> wait(int fd, short events, const Limit& limit) {
    const Limit quiet = patient(limit, patience_);
    while (true) {
      std::array<pollfd, 3> fds{
          {{fd, events, 0}, {errors_.fd(), POLLIN, 0}, {master_.errors().fd(), POLLIN, 0}}};
      const auto waited = util::wait_for_descriptors(fds, quiet);
      silent_ = !waited && limit.check().has_value();
      GS_TRY_VOID(waited);
      if (fds[1].revents != 0) errors_.collect();
      if (fds[2].revents != 0) master_.errors().collect();
      if (fds[0].revents != 0) return {};
    }
  }

  SshMaster& master_;
  net::MuxClient client_;
  util::Fd in_;
  util::Fd out_;
  ErrorTail errors_;
  const Patience patience_;
  bool silent_ = false;
};

class SingleSession final : public SshSession {
 public:
  explicit SingleSession(util::Child child) : child_(std::move(child)) {}

  Result<std::size_t> read(std::span<char> buffer, const Limit& limit) override {
    return child_.read(buffer, limit);
  }
  Result<void> write(std::string_view bytes, const Limit& limit) override {
    return child_.write(bytes, limit);
  }
  SessionEnd finish(Outcome outcome, const Limit& limit, const util::Scrub& scrub) override {
    child_.close_input();
    child_.take_output().reset();
    const auto ended = child_.wait(limit.within(time_for(outcome)));
    SessionEnd end{.words = child_.collected_error(scrub)};
    if (!ended) {
      end.how = "it does not end";
    } else if (ended->signal != 0) {
      end.how = "signal " + std::to_string(ended->signal);
    } else {
      end.how = "exit status " + std::to_string(ended->exit_status);
    }
    return end;
  }

 private:
  util::Child child_;
};

}  // namespace

Result<OpenedSession> open_session(SshMaster& master, const git::SshAddress& address,
                                   Patience patience, const Limit& limit) {
  const Limit opening = patient(limit, patience);
  master.errors().collect();
  GS_TRY(auto client, master.connect(opening));
  GS_TRY(auto streams, Streams::make());
  GS_TRY(auto refusal, client.open_session({.command = git::upload_pack_command(address),
                                            .environment = {"GIT_PROTOCOL=version=2"},
                                            .standard_input = streams.input.reader.get(),
                                            .standard_output = streams.output.writer.get(),
                                            .standard_error = streams.error.writer.get()},
                                           opening));
  if (refusal) return OpenedSession{nullptr, *std::move(refusal)};
  // The master has copies of its ends now; an end of a stream is seen only without ours.
  streams.input.reader.reset();
  streams.output.writer.reset();
  streams.error.writer.reset();
  return OpenedSession{
      std::make_unique<ChannelSession>(master, std::move(client), std::move(streams), patience),
      ""};
}

Result<std::unique_ptr<SshSession>> start_single(const SshProgram& program,
                                                 const git::SshAddress& address) {
  GS_TRY(auto child, util::Child::start({.argv = single_ssh(program, address),
                                         .environment = program.environment,
                                         .limits = program.limits}));
  return std::make_unique<SingleSession>(std::move(child));
}

}  // namespace gitsync::source
