// SPDX-License-Identifier: Apache-2.0
#include "cli/sent_credentials.h"

#include "cli/diagnosis.h"

namespace gitsync::cli {

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
