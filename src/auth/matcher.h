// SPDX-License-Identifier: Apache-2.0
// Which credential a URL gets: the choice that git's credential cache makes after it was told all
// of them (gitcredentials(7)), for requests that we send ourselves.

#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "auth/credential.h"

namespace gitsync::auth {

// Thread-safety: none.
class CredentialMatcher {
 public:
  // Replaces all; forgets what was rejected. Of two for the same host and user name the later one
  // counts.
  void set(const std::vector<Credential>& credentials);

  // The last credential whose URL has the scheme, host and port of `url`; of those with the user
  // name that `url` holds, if it holds one. Paths do not count, as credential.useHttpPath is off.
  // Case of the host, and a port that the scheme implies, do not matter. A password in `url` is not
  // looked at. Nothing for an address without scheme.
  std::optional<Credential> match(std::string_view url) const;

  // The server refused it: match() does not offer it again until the next set().
  void reject(const Credential& credential);

 private:
  std::vector<Credential> credentials_;  // the best first
};

}  // namespace gitsync::auth
