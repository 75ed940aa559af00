// SPDX-License-Identifier: Apache-2.0
// What is sent to an HTTP server so that it knows us, in git's order: nothing until it asks, then
// what ~/.netrc has for it, then our credentials; and what worked, at once from then on, also in
// later processes (docs/design.md#resolve).

#pragma once

#include <string>
#include <vector>

#include "auth/credentials.h"
#include "net/message.h"
#include "source/http_settings.h"
#include "source/login_note.h"
#include "util/error.h"

namespace gitsync::source {

// Thread-safety: none.
class HttpLogin {
 public:
  // `credentials` outlives it. `dropped_settings`: as blame_credentials() has them.
  HttpLogin(std::string repo_url, const HttpSettings& settings, auth::Credentials& credentials,
            std::vector<std::string> dropped_settings, LoginNote note = {});

  // The sources of credentials were read again: what they no longer hold is not sent again.
  void begin_question();
  // Adds to a request, by its URL, what its server is to get: nothing of another one's.
  void add_to(net::Request& request) const;

  // The server of `url` answered 401. Success: there is something else to try, which add_to() adds
  // from now on. Errors: `error`, which is kAuth, with its cause; Cause::kNotUnderstood if the
  // server asks for what we do not speak.
  util::Result<void> refused(const std::string& url, const net::ResponseHead& head,
                             util::Error error);
  // The server has answered as it should.
  void accepted();
  // The cause of `error`, which is kAuth: the server of `url` answered 403.
  util::Error forbidden(const std::string& url, util::Error error) const;

 private:
  enum class Known { kNothing, kFile, kCredential };
  enum class Scheme { kBasic, kBearer };

  bool is_sent_to(const std::string& url) const;
  bool has_file() const;
  util::Error blame(const std::string& url, util::Error error) const;
  void use_next(const std::string& url);
  void note(bool needed);

  const std::string repo_url_;
  const std::vector<std::string> dropped_settings_;
  const std::string netrc_file_;
  const Proactive proactive_;
  const bool user_logs_in_;  // by an http.extraHeader, which git sends whatever happens
  auth::Credentials& credentials_;
  std::string place_;  // the only server that gets anything: scheme, host and port
  Known known_ = Known::kNothing;
  Scheme scheme_ = Scheme::kBasic;
  auth::Credential credential_;  // of kCredential
  LoginNote note_;               // as it is now
  bool use_note_;                // at the first question
  bool by_note_ = false;         // what is sent is, and nothing has come of it yet
};

}  // namespace gitsync::source
