// SPDX-License-Identifier: Apache-2.0
// Which login a registry gets: the user name and password that are set for it, or else what the
// docker config says. Both are read again and again, since secrets are replaced while we run.

#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "auth/credentials.h"
#include "log/logger.h"
#include "oci/docker_config.h"
#include "oci/reference.h"
#include "util/environment.h"
#include "util/error.h"

namespace gitsync::objects {

struct RegistryLoginOptions {
  std::string repo;  // the address as it was given: what credentials are set for
  oci::Reference reference;
  // A docker config, or the folder that one is mounted in (as config.json or .dockerconfigjson); it
  // must be there. Empty: the first of `usual_configs` that is there, if any.
  std::string config;
  std::vector<std::string> usual_configs;
};

// Where docker and its like look: $DOCKER_CONFIG, then ~/.docker.
std::vector<std::string> usual_docker_configs(const util::Environment& environment);

// What it reads is made known to the log's redaction.
// Thread-safety: none.
class RegistryLogin {
 public:
  // `credentials` outlive this; null: only docker configs count.
  RegistryLogin(RegistryLoginOptions options, auth::Credentials* credentials, log::Logger logger);

  // Reads what there is now; the file at each call, parsing it when it has changed. Errors, with a
  // config that must be there: kLocal or kNotFound if it cannot be read, kInvalid if it makes no
  // sense.
  util::Result<void> read();
  // After a refusal: the same, and the password files. Whether the login is another one now.
  bool read_again();

  // What read() has found; nothing: the registry is asked as anybody.
  const std::optional<oci::Login>& login() const { return login_; }
  // The setting or file that it came from.
  const std::string& origin() const { return origin_; }
  // Why a docker config that was there by itself could not be used; empty: it could.
  const std::string& complaint() const { return complaint_; }

 private:
  bool read_credentials();
  util::Result<void> read_config(const std::string& path);
  util::Result<void> parse(const std::string& text);
  void protect() const;

  const RegistryLoginOptions options_;
  auth::Credentials* const credentials_;
  const log::Logger log_;
  std::optional<oci::Login> login_;
  std::string origin_;
  std::string complaint_;
  std::string config_text_;                 // as it was parsed last
  std::optional<oci::Login> config_login_;  // what that said
};

}  // namespace gitsync::objects
