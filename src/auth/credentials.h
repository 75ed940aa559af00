// SPDX-License-Identifier: Apache-2.0
// All credentials of one pass, from every source that is configured (docs/contract.md#credentials).

#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/credential.h"
#include "auth/matcher.h"
#include "log/logger.h"
#include "net/http_client.h"
#include "util/error.h"
#include "util/event.h"

namespace gitsync::metrics {
class Metrics;
}

namespace gitsync::auth {

// --username with its password, userinfo of --repo, or one element of --credential.
struct StaticCredential {
  std::string url;
  std::string username;
  std::string password;
  std::string password_file;     // re-read at each pass; used if not empty
  std::string username_setting;  // for messages: "--username", "--repo", "--credential"
  std::string password_setting;  // "GITSYNC_PASSWORD", "--password-file", "--repo", "--credential"
};

struct GithubAppOptions {
  std::string base_url;  // of the API
  std::string private_key;
  std::string private_key_file;  // used if private_key is empty
  std::string client_id;
  std::int64_t application_id = 0;  // used if client_id is empty
  std::int64_t installation_id = 0;
};

struct CredentialOptions {
  std::vector<StaticCredential> credentials;  // in the order in which git is to be told
  std::string repo_url;                       // without userinfo; for the two below
  std::string askpass_url;                    // empty: none
  std::optional<GithubAppOptions> github_app;
  net::ClientOptions http;
};

class AskpassUrl;
class GithubApp;
class ValueCleaner;

// Each secret that passes through is made known to the log's redaction.
// Thread-safety: none; belongs to the sync loop.
class Credentials {
 public:
  Credentials(CredentialOptions options, log::Logger logger, metrics::Metrics& metrics);
  Credentials(const Credentials&) = delete;
  Credentials& operator=(const Credentials&) = delete;
  ~Credentials();

  // Reads every source, once: the static ones in order, then askpass (one request), then the
  // GitHub token, a new one if the last one has less than 30 s left. Any failure fails the whole.
  // Errors: as the sources have them; kInvalid for a value of several lines.
  util::Result<std::vector<Credential>> for_pass(const util::Limit& limit);

  // What the last for_pass() has read; empty if it failed.
  const std::vector<Credential>& current() const noexcept { return current_; }
  // After for_pass(), until the next one: the credential for a request to `url`, chosen as git's
  // cache would; see CredentialMatcher. Nothing if none fits, or if all that fit were rejected.
  std::optional<Credential> match(std::string_view url) const { return matcher_.match(url); }
  // The server refused it: match() does not offer it again in this pass.
  void rejected(const Credential& credential) { matcher_.reject(credential); }
  // After a refusal, once a pass: whether a password file holds something else than for_pass() has
  // read. match() and current() then have that.
  bool read_files_again();

  // After for_pass() failed: whether the program must exit at once, whatever the failure limit.
  // True only for an unreadable GitHub App key file.
  bool fatal() const noexcept;

 private:
  util::Result<std::vector<Credential>> read_all(const util::Limit& limit);
  util::Result<Credential> read(const StaticCredential& source);
  void protect(std::string_view username, std::string_view password) const;

  const CredentialOptions options_;
  const log::Logger logger_;
  const net::HttpClient http_;
  std::unique_ptr<ValueCleaner> cleaner_;
  std::unique_ptr<AskpassUrl> askpass_;    // null: not configured
  std::unique_ptr<GithubApp> github_app_;  // null: not configured
  // What the last for_pass() has read; empty if it failed.
  std::vector<Credential> current_;
  CredentialMatcher matcher_;
  bool has_read_again_ = false;  // in this pass
};

}  // namespace gitsync::auth
