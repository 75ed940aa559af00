// SPDX-License-Identifier: Apache-2.0
// Credentials for S3, found in AWS's order: environment, web identity, container, shared files,
// instance metadata; none of them: requests are not signed. Kept, and renewed before they expire.
// "Standardized credential providers", AWS SDKs and Tools Reference Guide.

#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "log/logger.h"
#include "net/client_options.h"
#include "util/environment.h"
#include "util/error.h"
#include "util/event.h"
#include "util/mutex.h"

namespace gitsync::s3 {

// What requests are signed with.
struct Identity {
  std::string access_key;
  std::string secret_key;
  std::string session_token = {};                           // empty: none
  std::optional<std::chrono::sys_seconds> expires_at = {};  // nothing: never, as far as is known
  std::string origin = {};  // for people: "AWS_ACCESS_KEY_ID", "AWS_WEB_IDENTITY_TOKEN_FILE"
};

// By the wall clock. Tests pass one of their own.
using Clock = std::function<std::chrono::sys_seconds()>;
std::chrono::sys_seconds system_time();

struct CredentialOptions {
  util::Environment environment = {};
  net::ClientOptions http = {};  // for STS; the other servers are asked without a proxy
  std::string region = {};       // whose STS is asked; empty: the global one
  Clock clock = system_time;
  // How long STS, or a container's agent, may take in all: others wait meanwhile.
  std::chrono::milliseconds patience = std::chrono::seconds(10);
  // Where an instance's metadata is if no variable names it. Empty: at AWS's address.
  std::string instance_metadata = {};
};

class CredentialProvider;

// Thread-safety: all members may be called from any thread; while one asks a server, others wait.
class Credentials {
 public:
  // Every secret that is found is made known to the log's redaction.
  Credentials(const CredentialOptions& options, log::Logger logger);
  Credentials(const Credentials&) = delete;
  Credentials& operator=(const Credentials&) = delete;
  ~Credentials();

  // Those that are valid now; null: there are none, and requests go unsigned. If renewing fails, or
  // finds none, while the old ones still hold, those are returned. Errors: of the first provider
  // that is configured, with its name and that of its variable before the message: kInvalid for
  // settings that contradict each other, kAuth for one that refuses, else as
  // net::HttpClient::send().
  util::Result<std::shared_ptr<const Identity>> get(const util::Limit& limit);

  // A server has refused `identity` as expired or unknown: the next get() looks for others.
  // Returns whether that may help: false within a minute of the last such look.
  bool refused(const Identity& identity);

 private:
  util::Result<std::shared_ptr<const Identity>> find(const util::Limit& limit)
      GITSYNC_REQUIRES(mutex_);
  void accept(std::shared_ptr<const Identity> found) GITSYNC_REQUIRES(mutex_);
  std::chrono::seconds pause_without() GITSYNC_REQUIRES(mutex_);
  bool is_due(std::chrono::seconds margin) const GITSYNC_REQUIRES(mutex_);

  const Clock clock_;
  const log::Logger logger_;
  util::Mutex mutex_;
  const std::vector<std::unique_ptr<CredentialProvider>> providers_;
  std::shared_ptr<const Identity> current_ GITSYNC_GUARDED_BY(mutex_);
  bool looked_ GITSYNC_GUARDED_BY(mutex_) = false;
  bool was_refused_ GITSYNC_GUARDED_BY(mutex_) = false;
  // Not before these: renewing in good time; looking after a refusal, or where there were none.
  std::chrono::sys_seconds next_renewal_ GITSYNC_GUARDED_BY(mutex_){};
  std::chrono::sys_seconds next_look_ GITSYNC_GUARDED_BY(mutex_){};
  int busy_looks_ GITSYNC_GUARDED_BY(mutex_) = 0;  // that found nothing, one after the other
};

}  // namespace gitsync::s3
