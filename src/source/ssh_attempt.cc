// SPDX-License-Identifier: Apache-2.0
#include "source/ssh_attempt.h"

#include <chrono>

#include "source/ssh_failure.h"
#include "util/pause.h"
#include "util/text.h"

namespace gitsync::source {
namespace {

using util::Error;
using util::Limit;
using util::Result;

// How long a server is given to clear a session away that it was told is over.
constexpr std::chrono::milliseconds kClearing{300};

// Knows whether anything has come.
class WatchedStream final : public ByteStream {
 public:
  explicit WatchedStream(ByteStream& inner) : inner_(inner) {}

  Result<std::size_t> read(std::span<char> buffer, const Limit& limit) override {
    auto got = inner_.read(buffer, limit);
    if (got && *got > 0) state_ = Answer::kBegun;
    return got;
  }
  Result<void> write(std::string_view bytes, const Limit& limit) override {
    return inner_.write(bytes, limit);
  }
  Answer state() const { return state_; }

 private:
  ByteStream& inner_;
  Answer state_ = Answer::kNone;
};

bool is_of_limit(const Error& error) {
  return error.kind == util::ErrorKind::kTimeout || error.kind == util::ErrorKind::kStopped;
}

// Whether the server is gone, in contrast to having said something wrong.
bool is_hang_up(const Error& error) {
  return error.cause == util::Cause::kConnectionBroke || error.sys_errno != 0;
}

// With what was said meanwhile.
Error told(Error error, const SshQuestion& question, const std::string& words) {
  if (const auto said = util::trim(words); !said.empty()) error.message.append(": ").append(said);
  return std::move(error).with_context("ask " + question.address.host + " by ssh");
}

Error explain(Error error, const SshQuestion& question, const SessionEnd& end, Answer state) {
  if (is_hang_up(error)) return ssh_failure(question.address.host, end.how, end.words, state);
  // Something else that greets whoever comes: git takes it for a fault of the connection.
  if (error.cause == util::Cause::kNoGitServer) error.kind = util::ErrorKind::kNetwork;
  return told(std::move(error), question, end.words);
}

Attempt useless(Error error) { return {util::fail(std::move(error)), Verdict::kUseless}; }

}  // namespace

Attempt ask_session(SshSession& session, const SshQuestion& question, const Limit& limit) {
  WatchedStream stream(session);
  auto said = question.talk(stream, limit);
  if (!said && session.was_silent()) return useless(std::move(said).error());
  const auto end =
      session.finish(said ? Outcome::kAnswered : Outcome::kFailed, limit, question.scrub);
  if (said) return {std::move(said)};
  const bool may_help = end.lost && !is_of_limit(said.error()) && question.may_be_repeated();
  return {util::fail(explain(std::move(said).error(), question, end, stream.state())),
          may_help ? Verdict::kUseless : Verdict::kFinal};
}

Attempt ask_master(SshMaster& master, const SshQuestion& question, Patience patience,
                   const Limit& limit) {
  std::string refusal;
  for (int round = 0; round < 2; ++round) {
    if (round > 0) util::pause_until(util::SteadyClock::now() + kClearing, limit);
    auto opened = open_session(master, question.address, patience, limit);
    if (!opened) {
      if (const auto allowed = limit.check(); !allowed) {
        return {util::fail(told(allowed.error(), question, master.errors().text(question.scrub)))};
      }
      return useless(std::move(opened).error());
    }
    if (opened->session) return ask_session(*opened->session, question, limit);
    refusal = std::move(opened->refusal);
  }
  return {util::fail(util::ErrorKind::kNetwork, "ssh: " + refusal), Verdict::kRefused};
}

}  // namespace gitsync::source
