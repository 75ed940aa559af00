// SPDX-License-Identifier: Apache-2.0
#include "source/ssh_failure.h"

#include "cli/diagnosis.h"
#include "util/text.h"

namespace gitsync::source {
namespace {

// What git says last when ssh has ended; causes are told apart by it.
constexpr std::string_view kBeforeAnswer = "\nfatal: Could not read from remote repository.\n";
constexpr std::string_view kInAnswer = "\nfatal: the remote end hung up unexpectedly\n";

}  // namespace

util::Error ssh_failure(std::string_view host, std::string_view how, std::string_view words,
                        Answer answer) {
  const auto said = util::trim(words);
  auto diagnosis = cli::diagnose(std::string(said) +
                                 std::string(answer == Answer::kNone ? kBeforeAnswer : kInAnswer));
  std::string message = "ask " + std::string(host) + " by ssh: " + std::string(how);
  if (!said.empty()) message.append(": ").append(said);
  return {.kind = diagnosis.kind,
          .message = std::move(message),
          .cause = diagnosis.cause,
          .subject = std::move(diagnosis.subject)};
}

}  // namespace gitsync::source
