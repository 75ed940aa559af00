// SPDX-License-Identifier: Apache-2.0
// What a path answers. Handlers run on the server's thread and must not wait for anything.

#pragma once

#include <functional>
#include <map>
#include <string>

namespace gitsync::http {

struct Response {
  unsigned status = 200;
  std::string content_type;  // empty: none
  std::string body;
  std::string location;  // of a redirect; empty: none
};

inline constexpr const char* kPlainText = "text/plain; charset=utf-8";

// By exact path. Any method.
using Routes = std::map<std::string, std::function<Response()>, std::less<>>;

}  // namespace gitsync::http
