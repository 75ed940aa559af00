// SPDX-License-Identifier: Apache-2.0
// What is wanted of a server, and what is there already: one `fetch` command of protocol version 2
// that ends with `done`, so that the pack comes in one round trip without a negotiation.
// Format: gitprotocol-v2(5), "Command Request" and "fetch".

#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "git/object_id.h"
#include "git/remote_refs.h"
#include "util/error.h"

namespace gitsync::git {

struct FetchRequest {
  std::vector<ObjectId> wants;         // at least one
  std::vector<ObjectId> haves = {};    // commits that are there, with what they reach
  std::vector<ObjectId> shallow = {};  // commits that are there without their parents
  // How many commits of history, counted from the wanted one, which is the first. Nothing: as far
  // as it goes.
  std::optional<std::uint32_t> deepen = {};
  bool thin_pack = false;  // deltas may build on objects of the haves that are not in the pack
  bool ofs_delta = true;
  bool progress = true;  // words for people
  bool include_tag = false;
};

// The bytes of the command, for the server that said `server`. Errors: Cause::kNotUnderstood if
// that server does not speak version 2, has other hashes than SHA-1, or cannot do what is needed;
// kInvalid without a want, or for a depth of 0.
util::Result<std::string> fetch_command(const ServerInfo& server, const FetchRequest& request);

}  // namespace gitsync::git
