// SPDX-License-Identifier: Apache-2.0
// Which transport the native engine asks a repository by, and whether git's configuration and
// environment leave it to that (docs/design.md#two-engines).

#pragma once

#include <memory>
#include <string>
#include <vector>

#include "auth/credentials.h"
#include "git/config_file.h"
#include "log/logger.h"
#include "source/login_note.h"
#include "source/transport.h"
#include "util/environment.h"
#include "util/resource_limits.h"

namespace gitsync::source {

struct TransportInputs {
  std::string url;                         // without userinfo
  std::string root;                        // where a relative path begins
  std::vector<git::ConfigEntry> settings;  // all that git would see, see git::effective_config()
  util::Environment environment;           // as git gets it, without secrets; with GIT_SSH_COMMAND
  std::string own_helper;                  // the credential.helper that is ours
  std::string temporary_directory = "/tmp";
  std::vector<std::string> ssh_files;  // keys and known_hosts: a change makes a new connection
  std::vector<std::string> dropped_settings;
  LoginNote login_note = {};
  std::string git_executable = "git";
  util::ResourceLimits limits = {};
};

// `credentials` outlives the transport. Errors: Cause::kNotUnderstood.
util::Result<std::unique_ptr<Transport>> choose_transport(const TransportInputs& inputs,
                                                          auth::Credentials& credentials,
                                                          const log::Logger& logger);

}  // namespace gitsync::source
