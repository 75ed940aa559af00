// SPDX-License-Identifier: Apache-2.0
#include "objects/web_login.h"

#include "net/basic.h"
#include "util/files.h"
#include "util/text.h"

namespace gitsync::objects {

using util::Result;

namespace {

Result<std::string> read_token(const std::string& path) {
  constexpr std::size_t kMostBytes = 16384;
  GS_TRY(const auto text, util::read_file(path, kMostBytes));
  const auto token = util::trim(text);
  const bool is_one =
      !token.empty() && !util::has_control(token) && token.find(' ') == std::string_view::npos;
  if (is_one) return std::string(token);
  return util::fail(util::ErrorKind::kInvalid, path + " holds no token",
                    "it must hold the token alone, on one line");
}

}  // namespace

Result<std::vector<net::Header>> WebLogin::headers(const std::string& url) const {
  std::vector<net::Header> headers;
  if (!token_file_.empty()) {
    GS_TRY(const auto token, read_token(token_file_));
    headers.emplace_back("Authorization", "Bearer " + token);
  } else if (const auto login = credentials_.match(url)) {
    headers.emplace_back("Authorization",
                         net::basic_authorization(login->username, login->password));
  }
  return headers;
}

}  // namespace gitsync::objects
