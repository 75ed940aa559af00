// SPDX-License-Identifier: Apache-2.0
// What an HTTP answer without an answer means: kinds and causes as cli/diagnosis.h reads them out
// of git's own words, for the same statuses.

#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "net/message.h"
#include "util/error.h"
#include "util/event.h"

namespace gitsync::source {

// One request and what came of it, as far as an error needs it.
struct HttpReply {
  std::string method;
  std::string url;  // that was asked
  net::ResponseHead head;
  std::string words;                           // the beginning of a body in plain text, for people
  bool is_answer = false;                      // its body is one of a git server
  std::optional<util::Error> unreadable = {};  // but is not as it should be
};

// An address as messages show it.
std::string without_query(std::string_view url);

// "GET https://host/path/info/refs: status 404: words"; without a query.
std::string describe(const HttpReply& reply);

// For any status but 200. Of 401 and 403 the caller knows whether credentials were sent:
// Cause::kUnknown and kForbidden.
util::Error error_of_status(const HttpReply& reply);

// For a status of 200 with a body that is not what a git server answers. `repo_url`: that was asked
// first; a page elsewhere is one to sign in.
util::Error error_of_page(const HttpReply& reply, std::string_view repo_url);

// A redirect led to a page of another name.
util::Error error_of_redirect(const HttpReply& reply);

// For what net::Session::send() failed with.
util::Error error_of_transfer(util::Error error, const util::Limit& limit);

// What kind a server's own words make it, where they say more than the error.
util::Error with_servers_words(util::Error error, std::string_view words);

}  // namespace gitsync::source
