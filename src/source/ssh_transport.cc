// SPDX-License-Identifier: Apache-2.0
#include "source/ssh_transport.h"

#include <sys/resource.h>

#include <algorithm>
#include <array>
#include <utility>

#include "cli/setup.h"
#include "git/not_understood.h"
#include "log/sink.h"
#include "source/ssh_failure.h"

namespace gitsync::source {
namespace {

using git::RemoteAnswer;
using git::ShallowChanges;
using util::Limit;
using util::Result;

// git looks at these as well to find its ssh, or how to talk to it.
constexpr std::array<const char*, 2> kOtherVariables{"GIT_SSH", "GIT_SSH_VARIANT"};

// As git's children have it, and with the variable that git gives to ssh. ssh speaks English, which
// cli/diagnosis.h reads.
util::Environment environment_of(const SshTransportOptions& options) {
  auto environment = options.environment;
  for (const auto& name : cli::secret_variables()) environment.unset(name);
  environment.set("LC_ALL", "C.UTF-8");
  environment.unset("LANGUAGE");
  environment.set("GIT_PROTOCOL", "version=2");
  return environment;
}

SshProgram program_of(const SshTransportOptions& options) {
  const auto command = options.environment.get_or("GIT_SSH_COMMAND", "");
  SshProgram program{.command = command.empty() ? "ssh" : command,
                     .environment = environment_of(options),
                     .limits = util::without_core_dumps(options.limits)};
  return program;
}

Result<void> check_settings(const SshTransportOptions& options) {
  std::string found = options.other_settings.empty() ? "" : options.other_settings.front();
  for (const auto* name : kOtherVariables) {
    if (options.environment.get(name)) found = name;
  }
  if (found.empty()) return {};
  return util::fail(util::ErrorKind::kInvalid, util::Cause::kNotUnderstood, found + " is set");
}

}  // namespace

SshTransport::SshTransport(SshTransportOptions options, log::Logger logger)
    : options_(std::move(options)), log_(std::move(logger)), program_(program_of(options_)) {}

SshTransport::~SshTransport() = default;

Result<const git::SshAddress*> SshTransport::prepare() {
  if (address_) return &*address_;
  GS_TRY_VOID(check_settings(options_));
  GS_TRY_VOID(check_ssh_command(program_.command));
  GS_TRY(auto address, git::parse_ssh_address(options_.url));
  return &address_.emplace(std::move(address));
}

Result<RemoteAnswer> SshTransport::ask(const git::RefQuery& query, const Limit& limit) {
  GS_TRY(const auto* const address, prepare());
  RemoteAnswer answer;
  const auto talk = [&](ByteStream& stream, const Limit& within) -> Result<void> {
    GS_TRY(answer, ask_upload_pack(stream, query, within));
    return {};
  };
  GS_TRY_VOID(say({.talk = talk,
                   .may_be_repeated = [] { return true; },
                   .pace = Pace::kPrompt,
                   .address = *address,
                   .scrub = [this](auto text) { return log_.sink().redact(text); }},
                  limit));
  log_.info(6, "ssh: answered", {{"protocol", answer.server.protocol}});
  protocol_ = answer.server.protocol;
  return answer;
}

Result<ShallowChanges> SshTransport::fetch(const git::FetchRequest& request,
                                           const git::FetchSinks& sinks, const Limit& limit) {
  GS_TRY(const auto* const address, prepare());
  // Most servers take no variables. They need not be asked once more to know that.
  if (protocol_.value_or(2) != 2) {
    return git::not_understood("the server does not speak version 2 of git's protocol");
  }
  git::FetchResponseReader reader(request, sinks);
  const auto talk = [&](ByteStream& stream, const Limit& within) {
    return fetch_from_upload_pack(stream, request, reader, within);
  };
  const auto fetched = say({.talk = talk,
                            .may_be_repeated = [&] { return !reader.has_begun(); },
                            .pace = Pace::kSlow,
                            .address = *address,
                            .scrub = [this](auto text) { return log_.sink().redact(text); }},
                           limit);
  if (const auto& error = reader.sink_error()) return util::fail(*error);
  GS_TRY_VOID(fetched);
  log_.info(6, "ssh: fetched");
  return reader.shallow_changes();
}

Result<void> SshTransport::say(const SshQuestion& question, const Limit& limit) {
  GS_TRY_VOID(limit.check());
  look_at_connection();
  if (!keeps_) return ask_alone(question, limit);
  if (!master_) return ask_new(question, limit);
  const auto patience =
      question.pace == Pace::kSlow ? kEndless : std::max(options_.patience, 2 * usual_time_);
  auto attempt = told(ask_master(*master_, question, patience, limit));
  if (attempt.verdict == Verdict::kFinal) return std::move(attempt.outcome);
  if (attempt.verdict == Verdict::kRefused) note_refusal();
  drop(attempt.outcome.error().message);
  return keeps_ ? ask_new(question, limit) : ask_alone(question, limit);
}

void SshTransport::disconnect() {
  drop("it is not needed for now");
  keeps_ = true;
  single_use_ = 0;
}

void SshTransport::look_at_connection() {
  if (master_ && master_->has_ended()) drop("ssh has ended");
  if (file_stamps(options_.watched_files) == stamps_) return;
  drop("a key, known_hosts or the configuration of ssh has changed");
  keeps_ = true;
}

Result<void> SshTransport::ask_new(const SshQuestion& question, const Limit& limit) {
  GS_TRY(const bool connected, connect(question.address, limit));
  if (!connected) return find_out(question, limit);
  const auto start = util::SteadyClock::now();
  // NOLINTNEXTLINE(bugprone-unchecked-optional-access): connect() has made it
  auto attempt = told(ask_master(*master_, question, kEndless, limit));
  if (question.pace == Pace::kPrompt) {
    usual_time_ = std::chrono::ceil<std::chrono::milliseconds>(util::SteadyClock::now() - start);
  }
  if (attempt.verdict == Verdict::kFinal) return std::move(attempt.outcome);
  drop(attempt.outcome.error().message);
  if (attempt.verdict == Verdict::kUseless) return std::move(attempt.outcome);
  keep_none("the server refuses sessions");
  return ask_alone(question, limit);
}

Result<bool> SshTransport::connect(const git::SshAddress& address, const Limit& limit) {
  log_.info(6, "ssh: connecting", {{"host", address.host}, {"port", address.port}});
  stamps_ = file_stamps(options_.watched_files);
  answers_ = 0;
  auto started = SshMaster::start(program_, address, options_.temporary_directory);
  if (!started) return judge_connection(address, started.error(), limit);
  master_.emplace(*std::move(started));
  const auto ready = master_->wait_until_ready(limit.within(options_.connect_patience));
  if (!ready) return judge_connection(address, ready.error(), limit);
  log_.info(6, "ssh: connected", {{"host", address.host}});
  return true;
}

Result<bool> SshTransport::judge_connection(const git::SshAddress& address,
                                            const util::Error& error, const Limit& limit) {
  if (!master_) {
    keep_none(error.message);
    return false;
  }
  auto words = master_->errors().text([this](auto text) { return log_.sink().redact(text); });
  auto failure = ssh_failure(address.host, error.message, words, Answer::kNone);
  if (const auto allowed = limit.check(); !allowed) {
    failure.kind = allowed.error().kind;
    failure.cause = util::Cause::kUnknown;
  } else if (!master_->has_ended()) {
    return false;
  } else if (failure.cause == util::Cause::kUnknown) {
    // Perhaps it does not know what was asked of it.
    drop(failure.message);
    return false;
  }
  drop(failure.message);
  return util::fail(std::move(failure));
}

Result<void> SshTransport::find_out(const SshQuestion& question, const Limit& limit) {
  auto outcome = ask_alone(question, limit);
  if (outcome && master_ && master_->is_ready(limit)) return outcome;
  drop("it is not ready");
  if (outcome && keeps_) keep_none("ssh offers no control socket");
  return outcome;
}

Result<void> SshTransport::ask_alone(const SshQuestion& question, const Limit& limit) {
  log_.info(6, "ssh: connecting for one question", {{"host", question.address.host}});
  GS_TRY(const auto session, start_single(program_, question.address));
  return told(ask_session(*session, question, limit)).outcome;
}

// Some servers allow one session a connection, not one at a time.
void SshTransport::note_refusal() {
  single_use_ = answers_ == 1 ? single_use_ + 1 : 0;
  if (single_use_ == 2) keep_none("the server takes one session a connection");
}

void SshTransport::keep_none(std::string_view why) {
  log_.info(1, "ssh: no connection is kept, each question makes its own", {{"reason", why}});
  keeps_ = false;
}

void SshTransport::drop(std::string_view why) {
  if (!master_) return;
  log_.info(6, "ssh: closing the connection", {{"reason", why}});
  master_.reset();
}

Attempt SshTransport::told(Attempt attempt) {
  if (!attempt.outcome) return attempt;
  ++answers_;
  if (answers_ > 1) single_use_ = 0;
  if (master_) master_->errors().forget();
  return attempt;
}

}  // namespace gitsync::source
