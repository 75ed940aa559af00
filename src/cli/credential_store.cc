// SPDX-License-Identifier: Apache-2.0
#include "cli/credential_store.h"

#include "util/text.h"
#include "util/url.h"

namespace gitsync::cli {

util::Result<void> store_credentials(const Git& git,
                                     const std::vector<auth::Credential>& credentials,
                                     const util::Limit& limit, const log::Logger& log) {
  using namespace std::string_view_literals;
  for (const auto& c : credentials) {
    for (const std::string* value : {&c.url, &c.username, &c.password}) {
      if (value->find_first_of("\r\n\0"sv) != std::string::npos) {
        return util::fail(util::ErrorKind::kInvalid,
                          "credential from " + c.setting + " holds a line break or NUL",
                          "a user name, password or token is one line of text");
      }
    }
    log.info(1, "storing git credential", {{"url", util::redact_url(c.url)}});
    if (log.enabled(9)) {
      log.info(9, "md5 of credential",
               {{"url", util::redact_url(c.url)},
                {"username", util::md5_hex(c.username)},
                {"password", util::md5_hex(c.password)}});
    }
    // Not in our directory, which may be a repository that others write.
    const RunOptions options{.standard_input = "url=" + c.url + "\nusername=" + c.username +
                                               "\npassword=" + c.password + "\n",
                             .leftovers = util::Leftovers::kKeep};
    GS_TRY([[maybe_unused]] const auto out,
           git.run({"credential", "approve"}, "/", limit, options));
  }
  return {};
}

}  // namespace gitsync::cli
