// SPDX-License-Identifier: Apache-2.0
// That a server wants credentials, for processes after this one: their first request then brings
// them, as later requests of one process do. Never what the credentials are.

#pragma once

#include <functional>
#include <string>

#include "tree/layout.h"

namespace gitsync::source {

struct LoginNote {
  bool was_needed = false;                     // an earlier process had to send ours
  std::function<void(bool needed)> keep = {};  // for later ones; may be empty
};

// In the store of `layout`, of the repository at `url`, which has no userinfo. Best effort.
LoginNote read_login_note(const tree::Layout& layout, const std::string& url);

}  // namespace gitsync::source
