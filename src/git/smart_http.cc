// SPDX-License-Identifier: Apache-2.0
#include "git/smart_http.h"

#include <string>

#include "util/quote.h"
#include "util/text.h"

namespace gitsync::git {
namespace {

using util::Cause;
using util::ErrorKind;

constexpr std::size_t kLengthField = 4;
constexpr std::size_t kShown = 60;

// "<id> TAB <name>", the body of a plain file server.
bool is_dumb(std::string_view start) {
  const auto tab = start.find('\t');
  return (tab == 40 || tab == 64) && util::is_hex(start.substr(0, tab));
}

// Whether more bytes may make it a list of the dumb protocol.
bool may_become_dumb(std::string_view start) { return start.size() <= 64 && util::is_hex(start); }

}  // namespace

std::unexpected<util::Error> no_git_server(std::string_view start) {
  return util::fail(
      ErrorKind::kProtocol, Cause::kNoGitServer,
      "the answer is not a git server's: it begins with " + util::quoted(start.substr(0, kShown)));
}

util::Result<void> check_smart_body(std::string_view start) {
  constexpr std::string_view kFirstLetters = "#vE";  // # service=, version 2, ERR
  if (start.size() <= kLengthField) {
    return start.empty() || util::is_hex(start) ? util::Result<void>() : no_git_server(start);
  }
  const bool is_smart = util::is_hex(start.substr(0, kLengthField)) &&
                        kFirstLetters.find(start[kLengthField]) != std::string_view::npos;
  if (is_smart || may_become_dumb(start)) return {};
  if (!is_dumb(start)) return no_git_server(start);
  return util::fail(ErrorKind::kProtocol, Cause::kNotUnderstood,
                    "the server speaks only the dumb http protocol");
}

}  // namespace gitsync::git
