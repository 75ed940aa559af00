// SPDX-License-Identifier: Apache-2.0
#include "objects/web_login.h"

#include "auth/token_file.h"
#include "net/basic.h"

namespace gitsync::objects {

using util::Result;

Result<std::vector<net::Header>> WebLogin::headers(const std::string& url) const {
  std::vector<net::Header> headers;
  if (!token_file_.empty()) {
    GS_TRY(const auto token, auth::read_token_file(token_file_));
    headers.emplace_back("Authorization", "Bearer " + token);
  } else if (const auto login = credentials_.match(url)) {
    headers.emplace_back("Authorization",
                         net::basic_authorization(login->username, login->password));
  }
  return headers;
}

}  // namespace gitsync::objects
