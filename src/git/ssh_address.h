// SPDX-License-Identifier: Apache-2.0
// What git gives to ssh for an address: git-fetch(1), "GIT URLS".

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "util/error.h"

namespace gitsync::git {

struct SshAddress {
  std::string host;  // with the user, as ssh takes it: "git@example.com", "::1"
  std::string port;  // digits, or empty
  std::string path;  // on the server: "/srv/repo", "~user/repo", "group/repo.git"
};

// Whether git would reach it by ssh: ssh://, git+ssh://, ssh+git://, [user@]host:path.
bool is_ssh_address(std::string_view address);

// Errors: kInvalid with Cause::kAddressMalformed and git's words for what git refuses (no path, a
// host or path that ssh would take for an option); Cause::kNotUnderstood for spellings that only
// git knows the meaning of, and for addresses that are not for ssh.
util::Result<SshAddress> parse_ssh_address(std::string_view address);

// The one command line that forced commands and git-shell accept.
std::string upload_pack_command(const SshAddress& address);

}  // namespace gitsync::git
