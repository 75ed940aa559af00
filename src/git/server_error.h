// SPDX-License-Identifier: Apache-2.0
// What a git server says before it breaks off, in an ERR line or on band 3: gitprotocol-pack(5),
// "pkt-line Format" and "Packfile Data".

#pragma once

#include <string_view>

#include "util/error.h"

namespace gitsync::git {

// "remote error: <words>", on one line and bounded. The kind is kNotFound with
// Cause::kRepositoryNotFound if there is no repository for this client, kMoved with
// Cause::kCommitNotServed if the server no longer has what it was asked for, else kProtocol.
util::Error server_error(std::string_view words);

}  // namespace gitsync::git
