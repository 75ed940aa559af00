// SPDX-License-Identifier: Apache-2.0
#include "source/local_transport.h"

#include <sys/stat.h>

#include <cerrno>
#include <csignal>

#include "cli/diagnosis.h"
#include "cli/local_repository.h"
#include "source/address_blame.h"
#include "util/child.h"
#include "util/process.h"
#include "util/text.h"

namespace gitsync::source {
namespace {

using util::Cause;
using util::Error;
using util::ErrorKind;
using util::Result;

class ChildStream final : public ByteStream {
 public:
  explicit ChildStream(util::Child& child) : child_(child) {}

  Result<std::size_t> read(std::span<char> buffer, const util::Limit& limit) override {
    return child_.read(buffer, limit);
  }
  // That the child has gone shows when its answer is read.
  Result<void> write(std::string_view bytes, const util::Limit& limit) override {
    auto written = child_.write(bytes, limit);
    if (!written && written.error().sys_errno == EPIPE) return {};
    return written;
  }

 private:
  util::Child& child_;
};

// `git fetch` takes from its upload-pack what is local to a repository (git-rev-parse(1),
// --local-env-vars), of which cli/setup.h leaves the settings. Its words are read in English.
util::Environment environment_for(util::Environment environment) {
  environment.unset("GIT_CONFIG_COUNT");
  environment.unset("GIT_CONFIG_PARAMETERS");
  environment.set("GIT_PROTOCOL", "version=2");
  environment.set("LC_ALL", "C.UTF-8");
  environment.unset("LANGUAGE");
  return environment;
}

Result<void> talk_to(util::Child& child, const std::function<Result<void>(ByteStream&)>& talk,
                     const util::Limit& limit) {
  ChildStream stream(child);
  GS_TRY_VOID(talk(stream));
  GS_TRY_VOID(wait_for_end(stream, limit));
  GS_TRY_VOID(child.wait(limit));
  return {};
}

// As `git fetch` would end, which adds its own remark to what its upload-pack has said.
void blame_child(Error& error, const util::ChildEnd& end, const std::string& words) {
  auto diagnosis = cli::diagnose(words + "\nfatal: Could not read from remote repository.\n");
  error.kind = end.signal == SIGKILL ? ErrorKind::kLocal : diagnosis.kind;
  error.cause = end.signal == SIGKILL ? Cause::kKilled : diagnosis.cause;
  error.subject = std::move(diagnosis.subject);
}

// A git that broke off has said why, and its exit status says whether it meant to.
Error explain(util::Child& child, const std::vector<std::string>& argv, Error error,
              const util::Limit& limit) {
  if (error.cause == Cause::kNotUnderstood) return error;
  std::optional<util::ChildEnd> end;
  if (error.cause == Cause::kConnectionBroke) {
    auto ended = child.wait(limit);
    if (!ended) {
      error = std::move(ended).error();
    } else if (!ended->ok()) {
      end = *ended;
    }
  }
  const auto words = std::string(util::trim(child.collected_error()));
  if (end) {
    blame_child(error, *end, words);
    error.message =
        util::ProcessResult{.exit_status = end->exit_status, .signal = end->signal}.reason();
  }
  error.message = "Run(" + util::display_command(argv) + "): " + error.message +
                  R"(: { stdout: "", stderr: ")" + words + "\" }";
  return error;
}

// Only git can tell a bundle from what is no repository.
bool is_file(const std::string& path, const std::string& root) {
  struct stat info{};
  const std::string place = path.starts_with('/') ? path : root + "/" + path;
  return ::stat(place.c_str(), &info) == 0 && S_ISREG(info.st_mode);
}

std::unexpected<Error> not_understood(const char* why) {
  return util::fail(ErrorKind::kInvalid, Cause::kNotUnderstood, why);
}

}  // namespace

LocalTransport::LocalTransport(LocalTransportOptions options)
    : options_(std::move(options)),
      environment_(environment_for(options_.environment)),
      path_(cli::upload_pack_path(options_.url)) {}

Result<git::RemoteAnswer> LocalTransport::ask(const git::RefQuery& query,
                                              const util::Limit& limit) {
  git::RemoteAnswer answer;
  const auto question = [&](ByteStream& stream) -> Result<void> {
    GS_TRY(answer, ask_upload_pack(stream, query, limit));
    return {};
  };
  GS_TRY_VOID(run(question, limit));
  return answer;
}

Result<git::ShallowChanges> LocalTransport::fetch(const git::FetchRequest& request,
                                                  const git::FetchSinks& sinks,
                                                  const util::Limit& limit) {
  git::FetchResponseReader reader(request, sinks);
  const auto fetched = run(
      [&](ByteStream& stream) { return fetch_from_upload_pack(stream, request, reader, limit); },
      limit);
  if (const auto& error = reader.sink_error()) return util::fail(*error);
  GS_TRY_VOID(fetched);
  return reader.shallow_changes();
}

Result<void> LocalTransport::run(const Talk& talk, const util::Limit& limit) const {
  if (!path_) return not_understood("the address of the repository is an unusual one");
  if (is_file(*path_, options_.root)) return not_understood("the repository is a file");
  const std::vector<std::string> argv{options_.executable, "upload-pack", *path_};
  GS_TRY(auto child, util::Child::start({.argv = argv,
                                         .environment = environment_,
                                         .working_directory = options_.root,
                                         .limits = util::without_core_dumps(options_.limits)}));
  auto said = talk_to(child, talk, limit);
  if (said) return {};
  return util::fail(
      blame_address(explain(child, argv, std::move(said).error(), limit), options_.url));
}

}  // namespace gitsync::source
