// SPDX-License-Identifier: Apache-2.0
// The value of GIT_SSH_COMMAND, which git hands to /bin/sh (docs/contract.md#ssh).

#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace gitsync::cli {

struct SshOptions {
  std::string inherited;  // GIT_SSH_COMMAND of our own environment, kept in front
  std::vector<std::string> key_files;
  bool known_hosts = true;
  std::string known_hosts_file;
  std::int64_t verbosity = 0;
};

// Paths are quoted for the shell and for ssh's own parser, so that no path can be read as another
// option or be executed. Plain paths look exactly as in the contract.
std::string ssh_command(const SshOptions& options);

}  // namespace gitsync::cli
