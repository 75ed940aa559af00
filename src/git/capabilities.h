// SPDX-License-Identifier: Apache-2.0
// What a server says that it can do: gitprotocol-capabilities(5); gitprotocol-v2(5),
// "Capabilities".

#pragma once

#include <optional>
#include <string_view>

#include "git/remote_refs.h"
#include "util/error.h"

namespace gitsync::git {

// What stands behind "<key>=", empty if the key stands alone; nothing if the server has not named
// it. Points into `server`.
std::optional<std::string_view> find_capability(const ServerInfo& server, std::string_view key);

// Adds one word (version 0, 1) or line (2). Errors: kProtocol if they become too many.
util::Result<void> add_capability(ServerInfo& server, std::string_view text);

}  // namespace gitsync::git
