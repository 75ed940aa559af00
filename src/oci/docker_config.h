// SPDX-License-Identifier: Apache-2.0
// The file in which docker keeps logins, as Kubernetes' secrets of type
// kubernetes.io/dockerconfigjson have it (~/.docker/config.json).

#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "oci/reference.h"
#include "util/error.h"

namespace gitsync::oci {

struct Login {
  std::string username;
  std::string password;
  // A refresh token of OAuth 2; if it is there, user name and password do not count.
  std::string identity_token;

  bool operator==(const Login&) const = default;
};

// Thread-safety: none needed, never changes.
class DockerConfig {
 public:
  // Errors: kInvalid if it is not such a file; no message holds a secret.
  static util::Result<DockerConfig> parse(std::string_view text);

  // The login for the registry; nothing: there is none, and it is asked anonymously. Of several
  // entries the one with the longest path counts ("host/org" before "host"), as Kubernetes has it;
  // Docker's registry is known by its old addresses too.
  // Errors: kInvalid if the file leaves this registry to a program (credHelpers, credsStore), since
  // we start none.
  util::Result<std::optional<Login>> login_for(const Reference& reference) const;

 private:
  DockerConfig() = default;

  std::map<std::string, Login> logins_;         // by host, port and perhaps path
  std::map<std::string, std::string> helpers_;  // by host; the names of programs
  std::string store_;                           // the name of a program; empty: none
};

}  // namespace gitsync::oci
