// SPDX-License-Identifier: Apache-2.0
#include "cli/sent_credentials.h"

#include "util/text.h"

namespace gitsync::cli {

// A credential helper is asked by the argument `get`; the program that asks a person gets a prompt.
bool looked_for_credentials(std::string_view trace) {
  for (const auto& line : util::split(trace, '\n')) {
    if (line.find("run_command:") == std::string::npos) continue;
    const auto command = util::trim(line);
    if (command.ends_with(" get'") || command.ends_with(" get")) return true;
    if (command.find("Username for") != std::string_view::npos) return true;
  }
  return false;
}

util::Result<bool> sends_credentials(const Git& git, const std::string& directory,
                                     const std::string& url, const util::Limit& limit) {
  Git traced = git;
  // Of git's traces the one that shows no header, and so no secret.
  traced.set_environment("GIT_TRACE", "1");
  GS_TRY(const auto output, traced.ask({"ls-remote", "--end-of-options", url, "HEAD"}, directory,
                                       limit.within(std::chrono::seconds(5))));
  return looked_for_credentials(output.err);
}

}  // namespace gitsync::cli
