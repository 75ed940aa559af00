// SPDX-License-Identifier: Apache-2.0
#include "source/http_blame.h"

#include <algorithm>

#include "cli/diagnosis.h"
#include "net/status.h"
#include "source/http_challenge.h"
#include "util/text.h"
#include "util/url.h"

namespace gitsync::source {
namespace {

using util::Cause;
using util::Error;
using util::ErrorKind;

constexpr std::size_t kMaxWords = 300;

// On one line.
std::string shown(std::string_view words) {
  std::string text(util::trim(words.substr(0, kMaxWords)));
  std::ranges::replace_if(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; }, ' ');
  return text;
}

struct Meaning {
  ErrorKind kind;
  Cause cause = Cause::kUnknown;
};

Meaning meaning_of(int status) {
  if (status >= 300 && status < 400) return {ErrorKind::kNetwork, Cause::kNoGitServer};
  const Cause cause = net::cause_of_status(status);
  switch (status) {
    case 401:
    case 403:
      return {ErrorKind::kAuth, cause};
    case 404:
      return {ErrorKind::kNotFound, Cause::kRepositoryNotSeen};
    default:
      return {ErrorKind::kNetwork, cause};
  }
}

// A proxy that asks for something else than what a URL can hold.
bool is_foreign_proxy(const HttpReply& reply) {
  if (reply.head.status != 407) return false;
  const auto schemes = challenges(reply.head, "Proxy-Authenticate");
  return !schemes.empty() && std::ranges::find(schemes, "basic") == schemes.end();
}

bool is_html(const net::ResponseHead& head) {
  return util::to_lower(head.header("Content-Type")).starts_with("text/html");
}

}  // namespace

std::string without_query(std::string_view url) {
  return util::redact_url(url.substr(0, url.find('?')));
}

std::string describe(const HttpReply& reply) {
  std::string text = reply.method + " " + without_query(reply.url) + ": " +
                     net::describe_status(reply.head.status);
  if (const auto words = shown(reply.words); !words.empty()) text += ": " + words;
  return text;
}

Error with_servers_words(Error error, std::string_view words) {
  const auto diagnosis = cli::diagnose(words);
  if (diagnosis.cause == Cause::kUnknown) return error;
  error.kind = diagnosis.kind;
  error.cause = diagnosis.cause;
  return error;
}

Error error_of_status(const HttpReply& reply) {
  const int status = reply.head.status;
  const auto [kind, cause] = meaning_of(status);
  Error error{.kind = kind, .message = describe(reply), .cause = cause};
  if (status == 300 || (status > 303 && status < 307) || is_foreign_proxy(reply)) {
    error.cause = Cause::kNotUnderstood;
  }
  // Hosts say in their own words whether it is missing or hidden.
  return status == 404 ? with_servers_words(std::move(error), reply.words) : error;
}

Error error_of_page(const HttpReply& reply, std::string_view repo_url) {
  if (!is_html(reply.head)) {
    return {.kind = ErrorKind::kProtocol,
            .message = describe(reply) + ": no smart HTTP server",
            .cause = Cause::kNotUnderstood};
  }
  Error error{.kind = ErrorKind::kNotFound,
              .message = describe(reply) + ": a page of HTML",
              .cause = Cause::kNoGitServer};
  if (!reply.url.starts_with(repo_url)) {
    error.cause = Cause::kSignInPage;
    error.subject = without_query(reply.url);
  }
  return error;
}

Error error_of_redirect(const HttpReply& reply) {
  return {.kind = ErrorKind::kNotFound,
          .message = "redirected to a page that is no repository: " + describe(reply),
          .cause = Cause::kSignInPage,
          .subject = without_query(reply.url)};
}

Error error_of_transfer(Error error, const util::Limit& limit) {
  // libcurl's own limits are those of a connection.
  if (error.kind == ErrorKind::kTimeout && !limit.expired()) {
    error.kind = ErrorKind::kNetwork;
    error.cause = Cause::kNoAnswer;
  }
  if (error.kind == ErrorKind::kProtocol && error.cause == Cause::kUnknown) {
    error.kind = ErrorKind::kNetwork;
    error.cause = Cause::kNoGitServer;
  }
  if (error.kind == ErrorKind::kInvalid) error.cause = Cause::kAddressMalformed;
  return error;
}

}  // namespace gitsync::source
