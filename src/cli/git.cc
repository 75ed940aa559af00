// SPDX-License-Identifier: Apache-2.0
#include "cli/git.h"

#include <csignal>

#include "cli/diagnosis.h"
#include "log/sink.h"
#include "util/duration.h"
#include "util/text.h"

namespace gitsync::cli {

using util::Error;
using util::Result;

namespace {

// What of the standard output may be shown.
std::string_view shown(std::string_view out, const RunOptions& options) {
  return options.standard_output == StandardOutput::kSecret ? "(not shown)" : util::trim(out);
}

// What git and ssh say is read by programs: ours, and people's alerts. The character set stays
// UTF-8 for the names of files. Where there is no such locale, C is taken, English as well.
util::Environment in_english(util::Environment environment) {
  environment.set("LC_ALL", "C.UTF-8");
  environment.unset("LANGUAGE");
  return environment;
}

}  // namespace

Git::Git(GitOptions options, util::ProcessRunner& runner, log::Logger logger)
    : options_(std::move(options)), runner_(runner), log_(std::move(logger)) {
  make_environment();
}

void Git::set_environment(std::string name, std::string value) {
  options_.environment.set(std::move(name), std::move(value));
  make_environment();
}

void Git::override_config(ConfigPairs settings) {
  if (settings == overrides_) return;
  overrides_ = std::move(settings);
  make_environment();
}

void Git::make_environment() {
  own_environment_ = in_english(options_.environment);
  for (const auto& name : options_.withheld) own_environment_.unset(name);
  add_to_command_scope(own_environment_, overrides_);
}

Error Git::describe(const std::vector<std::string>& args, const std::string& reason,
                    std::string_view out, std::string_view err) const {
  std::vector<std::string> command{options_.executable};
  command.insert(command.end(), args.begin(), args.end());
  return {.kind = util::ErrorKind::kLocal,
          .message = "Run(" + util::display_command(command) + "): " + reason + ": { stdout: \"" +
                     std::string(out) + "\", stderr: \"" + std::string(util::trim(err)) + "\" }"};
}

Result<GitOutput> Git::ask(const std::vector<std::string>& args, const std::string& directory,
                           const util::Limit& limit, const RunOptions& options) const {
  util::Command command{
      .argv = {options_.executable},
      .working_directory = directory,
      .standard_input = options.standard_input,
      .leftovers = options.leftovers,
      .output_limit = options.output_limit,
      // Of half a secret at the edge of a cut nothing would be hidden later.
      .scrub = [this](std::string_view text) { return log_.sink().redact(text); }};
  command.argv.insert(command.argv.end(), args.begin(), args.end());
  if (log_.enabled(5)) {
    log_.info(5, "running command", {{"cwd", directory}, {"cmd", util::join(command.argv, " ")}});
  }
  auto result = runner_.run(command, own_environment_, limit);
  const util::ProcessResult& seen = result ? *result : result.error().partial;
  if (log_.enabled(6)) {
    log_.info(6, "command result",
              {{"stdout", shown(seen.standard_output, options)},
               {"stderr", util::trim(seen.standard_error)},
               {"time", util::format_duration(seen.duration)}});
  }
  if (!result) {
    Error error = describe(args, result.error().error.message, shown(seen.standard_output, options),
                           seen.standard_error);
    error.kind = result.error().error.kind;
    error.sys_errno = result.error().error.sys_errno;
    return util::fail(std::move(error));
  }
  if (result->signal != 0) {
    Error error = describe(args, result->reason(), shown(result->standard_output, options),
                           result->standard_error);
    // git also ends by the signal of a helper that was not found.
    error.cause =
        result->signal == SIGKILL ? util::Cause::kKilled : diagnose(result->standard_error).cause;
    return util::fail(std::move(error));
  }
  return GitOutput{std::move(result->standard_output), std::move(result->standard_error),
                   result->exit_status};
}

Result<std::string> Git::run(const std::vector<std::string>& args, const std::string& directory,
                             const util::Limit& limit, const RunOptions& options) const {
  GS_TRY(const auto output, ask(args, directory, limit, options));
  if (output.ok()) return std::string(util::trim(output.out));
  Error error = describe(args, "exit status " + std::to_string(output.exit_status),
                         shown(output.out, options), output.err);
  auto diagnosis = diagnose(output.err);
  error.kind = diagnosis.kind;
  error.cause = diagnosis.cause;
  error.subject = std::move(diagnosis.subject);
  return util::fail(std::move(error));
}

}  // namespace gitsync::cli
