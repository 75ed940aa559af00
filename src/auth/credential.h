// SPDX-License-Identifier: Apache-2.0
// One user name with its password, and the place that they are for.

#pragma once

#include <string>

namespace gitsync::auth {

// What git, or our own client, is to send to servers that match `url`.
struct Credential {
  std::string url;
  std::string username;
  std::string password;
  std::string setting;  // what the user set, for messages: "GITSYNC_PASSWORD", "--askpass-url"
};

}  // namespace gitsync::auth
