// SPDX-License-Identifier: Apache-2.0
#include "hook/exec_hook.h"

#include <utility>

#include "hook/exec_blame.h"
#include "hook/redaction.h"
#include "util/text.h"

namespace gitsync::hook {
namespace {

// Of each stream; enough for a stack trace at the end and what led to it at the start.
constexpr std::size_t kOutputLimit = std::size_t{16} << 10;

std::string describe(const std::string& command, std::string_view reason,
                     const util::ProcessResult& result) {
  return "Run(" + util::display_command({command}) + "): " + std::string(reason) +
         ": { stdout: \"" + std::string(util::trim(result.standard_output)) + "\", stderr: \"" +
         std::string(util::trim(result.standard_error)) + "\" }";
}

}  // namespace

ExecHook::ExecHook(ExecHookOptions options, util::ProcessRunner& processes,
                   const log::Logger& logger)
    : options_(std::move(options)), processes_(processes), logger_(logger.named(options_.name)) {}

util::Result<void> ExecHook::run(const std::string& hash, const util::Limit& limit) {
  logger_.info(0, "running hook",
               {{"hash", hash}, {"command", options_.command}, {"timeout", options_.timeout}});
  auto environment = options_.environment;
  environment.set("GITSYNC_HASH", hash);
  const util::Command command{.argv = {options_.command},
                              .working_directory = options_.trees + "/" + hash,
                              // A hook may start a service; and it is the user's program, which
                              // gets the limits that the user gave.
                              .leftovers = util::Leftovers::kKeepOfSuccess,
                              .core_dumps = util::CoreDumps::kAsInherited,
                              .output_limit = kOutputLimit,
                              .scrub = redactor(logger_)};
  const auto result = processes_.run(command, environment, limit.within(options_.timeout));
  if (!result) {
    const auto& [error, partial] = result.error();
    const auto cause = why_not_started(options_.command, command.working_directory, error);
    return util::fail({.kind = error.kind,
                       .message = describe(options_.command, error.message, partial),
                       .cause = cause,
                       .subject = setting()});
  }
  if (!result->ok()) {
    const auto cause = why_ended(options_.command, command.working_directory, result->exit_status);
    return util::fail({.kind = util::ErrorKind::kLocal,
                       .message = describe(options_.command, result->reason(), *result),
                       .cause = cause,
                       .subject = setting()});
  }
  logger_.info(1, "hook succeeded",
               {{"hash", hash},
                {"stdout", util::trim(result->standard_output)},
                {"stderr", util::trim(result->standard_error)},
                {"duration", result->duration}});
  return {};
}

std::string ExecHook::setting() const { return "--" + options_.name + "-command"; }

}  // namespace gitsync::hook
