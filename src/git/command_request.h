// SPDX-License-Identifier: Apache-2.0
// How every command of protocol version 2 begins: gitprotocol-v2(5), "Command Request".

#pragma once

#include <string>
#include <string_view>

#include "git/remote_refs.h"

namespace gitsync::git {

// The command and the capabilities that go with it, for the server that said `server`; arguments
// and a flush are to follow.
std::string begin_command(const ServerInfo& server, std::string_view command);

}  // namespace gitsync::git
