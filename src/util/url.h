// SPDX-License-Identifier: Apache-2.0
// Addresses with a scheme: taking the user name and password out of them, and hiding passwords
// before anything is shown. Scp-like addresses (user@host:path) and local paths are no URLs here.

#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gitsync::util {

struct Userinfo {
  std::string username;  // percent-decoded
  std::string password;  // percent-decoded; empty if there was none
  bool has_password = false;
};

struct Url {
  std::string scheme;  // lower case
  std::optional<Userinfo> userinfo;
  std::string host;  // as written, brackets of IPv6 included
  std::string port;  // digits, or empty
  std::string rest;  // path, query and fragment, as written

  bool is_http() const { return scheme == "http" || scheme == "https"; }
};

// Returns nothing unless `text` has the form scheme://[user[:password]@]host[:port][/...] with
// legal percent escapes in the userinfo and no blank or control character.
std::optional<Url> parse_url(std::string_view text);

// Returns `text` without its userinfo, otherwise byte for byte; unchanged if it is no URL.
std::string strip_userinfo(std::string_view text);

// Decodes %XX. Nothing if an escape is malformed.
std::optional<std::string> percent_decode(std::string_view text);

// Whether the password is none, or one that only marks the user name as a token.
bool is_dummy_password(std::string_view password);
// Whether the user name is really a token: it looks like one, or comes with no password, or with
// one that is none, as some hosts want it.
bool is_token_user(std::string_view username, std::string_view password);

// What redact_url() takes for userinfo, decoded if that is possible: of malformed addresses too,
// and of mistyped ones, such as https:/user:password@host, http::https://user:password@host and
// user:password@host:path.
std::optional<Userinfo> find_userinfo(std::string_view text);

// Returns `text` with the password of its userinfo replaced by REDACTED. In http(s) a user name
// that stands alone, with an empty or well-known dummy password, or that looks like a token, is
// replaced too. Works on malformed and mistyped addresses as well: rather too much is hidden than
// too little.
std::string redact_url(std::string_view text);

// Whether git takes this for the command of git-remote-ext(1): ext::<command>.
bool is_ext_address(std::string_view text);

// The same, and what follows the first '?' is hidden as well: queries of webhook and askpass
// addresses hold tokens as often as passwords do. Of ext:: the arguments of the command are hidden.
std::string redact_url_and_query(std::string_view text);

// Scheme and host; what follows is one REDACTED. For addresses that are secrets as a whole, since
// whoever knows the path may use them, as those of webhooks are.
std::string show_origin(std::string_view text);

// redact_url() for each address in a longer text, such as the stderr of a program.
std::string redact_urls_in(std::string_view text);

}  // namespace gitsync::util
