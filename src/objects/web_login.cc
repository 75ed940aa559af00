// SPDX-License-Identifier: Apache-2.0
#include "objects/web_login.h"

#include "auth/token_file.h"
#include "net/basic.h"
#include "net/status.h"
#include "util/url.h"

namespace gitsync::objects {

using util::Cause;
using util::Result;

namespace {

// Of a server that was shown nothing.
Cause cause_of(int status) {
  switch (status) {
    case 401:
      return Cause::kCredentialsMissing;
    case 404:
    case 410:
      return Cause::kNothingServed;
    default:
      return net::cause_of_status(status);
  }
}

}  // namespace

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

util::Error WebLogin::refusal(const std::string& url, const net::ResponseHead& head) const {
  util::Error error{
      .kind = net::kind_of_status(head.status),
      .message = util::redact_url_and_query(url) + ": " + net::describe_status(head.status)};
  const auto login = token_file_.empty() ? credentials_.match(url) : std::nullopt;
  const bool has_shown_itself = !token_file_.empty() || login;
  if (error.kind == util::ErrorKind::kAuth && has_shown_itself) {
    error.cause = login ? Cause::kCredentialsRefused : Cause::kTokenRefused;
    error.subject = login ? login->setting : "--bearer-token-file";
  } else {
    error.cause = cause_of(head.status);
  }
  return error;
}

}  // namespace gitsync::objects
