// SPDX-License-Identifier: Apache-2.0
// The user's ssh as git runs it: git(1), GIT_SSH_COMMAND; docs/design.md#resolve.

#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "git/ssh_address.h"
#include "util/environment.h"
#include "util/error.h"
#include "util/resource_limits.h"

namespace gitsync::source {

struct SshProgram {
  std::string command;  // the value of GIT_SSH_COMMAND, for /bin/sh
  util::Environment environment;
  util::ResourceLimits limits;
};

// Whether `command` is the OpenSSH client and its arguments, whose options are known here. Errors:
// Cause::kNotUnderstood, saying why.
util::Result<void> check_ssh_command(std::string_view command);

// One ssh for one question, with the arguments that git gives to it.
std::vector<std::string> single_ssh(const SshProgram& program, const git::SshAddress& address);

// The master of a kept connection, which runs nothing by itself. `socket` is an absolute path.
std::vector<std::string> master_ssh(const SshProgram& program, const git::SshAddress& address,
                                    const std::string& socket);

// Whether ssh can listen at this path: it is short enough, and nothing in it is expanded.
bool can_be_control_path(const std::string& path);

}  // namespace gitsync::source
