// SPDX-License-Identifier: Apache-2.0
// How we show a web server who we are: Basic, or a bearer token from a file.
//
// Protocol: RFC 7617; RFC 6750 2.1.

#pragma once

#include <string>
#include <vector>

#include "auth/credentials.h"
#include "net/message.h"
#include "util/error.h"

namespace gitsync::objects {

// Thread-safety: as auth::Credentials::match().
class WebLogin {
 public:
  // `token_file`: read again for each request, as Kubernetes replaces it; empty: what `credentials`
  // have for the address is sent. They outlive this.
  WebLogin(const auth::Credentials& credentials, std::string token_file)
      : credentials_(credentials), token_file_(std::move(token_file)) {}

  // What a request for `url` carries. Errors: the file cannot be read, or holds no token.
  util::Result<std::vector<net::Header>> headers(const std::string& url) const;
  // What it means that a request for `url` was answered so.
  util::Error refusal(const std::string& url, const net::ResponseHead& head) const;

 private:
  const auth::Credentials& credentials_;
  const std::string token_file_;
};

}  // namespace gitsync::objects
