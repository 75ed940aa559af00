// SPDX-License-Identifier: Apache-2.0
#include "util/url.h"

#include <algorithm>
#include <cstddef>

#include "util/text.h"
#include "util/token.h"

namespace gitsync::util {
namespace {

constexpr std::string_view kRedacted = "REDACTED";
constexpr std::string_view kSeparator = "://";

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_scheme_char(char c) {
  return is_alpha(c) || is_digit(c) || c == '+' || c == '-' || c == '.';
}
bool all_digits(std::string_view text) { return std::ranges::all_of(text, is_digit); }

// The parts of scheme://authority/rest, as written. Whether they are legal is another question.
struct Pieces {
  std::string_view scheme;
  std::string_view authority;
  std::string_view rest;
};

std::optional<Pieces> split_url(std::string_view text) {
  const std::size_t colon = text.find(kSeparator);
  if (colon == std::string_view::npos || colon == 0) return std::nullopt;
  const std::string_view scheme = text.substr(0, colon);
  if (!is_alpha(scheme[0]) || !std::ranges::all_of(scheme, is_scheme_char)) return std::nullopt;
  const std::string_view after = text.substr(colon + kSeparator.size());
  const std::size_t end = std::min(after.find_first_of("/?#"), after.size());
  return Pieces{scheme, after.substr(0, end), after.substr(end)};
}

bool parse_userinfo(std::string_view text, Userinfo& out) {
  const std::size_t colon = text.find(':');
  out.has_password = colon != std::string_view::npos;
  const auto username = percent_decode(text.substr(0, colon));
  const auto password = percent_decode(out.has_password ? text.substr(colon + 1) : "");
  if (!username || !password) return false;
  out.username = *username;
  out.password = *password;
  return true;
}

bool parse_host(std::string_view text, Url& out) {
  const std::size_t bracket = text.starts_with('[') ? text.find(']') : 0;
  if (bracket == std::string_view::npos) return false;
  const std::size_t colon = text.find(':', bracket);
  out.host = text.substr(0, colon);
  if (colon != std::string_view::npos) out.port = text.substr(colon + 1);
  return all_digits(out.port);
}

std::string redact_userinfo(std::string_view userinfo, bool http) {
  const std::size_t colon = userinfo.find(':');
  const bool has_password = colon != std::string_view::npos;
  const std::string_view username = userinfo.substr(0, colon);
  const std::string_view password = has_password ? userinfo.substr(colon + 1) : "";
  const bool token =
      http && !username.empty() && (is_dummy_password(password) || looks_like_token(username));
  std::string out(token ? kRedacted : username);
  if (has_password) {
    out += ':';
    if (!password.empty()) out += kRedacted;
  }
  return out;
}

bool is_http_scheme(std::string_view scheme) {
  return to_lower(scheme) == "http" || to_lower(scheme) == "https";
}

// What must be hidden as userinfo within a text.
struct Span {
  std::size_t begin = 0;
  std::size_t length = 0;
  bool http = false;
};

// Looks for userinfo in host[:port][/...]. A password with a raw '/' ends the authority early; such
// an address can be told by its port, which is then not a number.
std::optional<std::size_t> userinfo_length(std::string_view after_scheme) {
  const std::string_view authority = after_scheme.substr(0, after_scheme.find_first_of("/?#"));
  std::size_t at = authority.rfind('@');
  if (at == std::string_view::npos) {
    const std::size_t colon = authority.rfind(':');
    if (colon == std::string_view::npos || authority.starts_with('[')) return std::nullopt;
    if (all_digits(authority.substr(colon + 1))) return std::nullopt;
    at = after_scheme.rfind('@');
  }
  return at == std::string_view::npos ? std::nullopt : std::optional(at);
}

std::optional<Span> span_after(std::string_view text, std::size_t begin, std::string_view scheme) {
  const auto length = userinfo_length(text.substr(begin));
  if (!length) return std::nullopt;
  return Span{begin, *length, is_http_scheme(scheme)};
}

// user:password@host:path or user:password@host/path, which ssh would take for a host `user`. A
// host's own path may hold an '@' (host:name@v1, user@host:name@v1), and a local path anything.
std::optional<Span> find_without_scheme(std::string_view text) {
  // A scheme with a blank or without its colon.
  const std::size_t slashes = text.find("//");
  if (slashes != std::string_view::npos && (slashes == 0 || text[0] != '/')) {
    return span_after(text, slashes + 2, text.starts_with("//") ? "" : "http");
  }
  const std::size_t colon = text.find_first_of(":/");
  const std::size_t at = text.rfind('@');
  if (colon == std::string_view::npos || text[colon] == '/' || text.starts_with('[') ||
      at == std::string_view::npos || at < colon) {
    return std::nullopt;
  }
  const std::size_t end = text.find_first_of(":/", at);
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view password = text.substr(colon + 1, at - colon - 1);
  const bool odd = text.find('@') < colon || password.find('/') != std::string_view::npos;
  if (odd && text[end] != ':') return std::nullopt;
  return Span{0, at};
}

// Finds the userinfo of addresses, mistyped ones too: with other than two slashes, behind the name
// of a remote helper (name::address), or without a scheme.
std::optional<Span> find_span(std::string_view text) {
  const std::size_t colon = text.find(':');
  const std::string_view scheme = text.substr(0, colon);
  const bool has_scheme = colon != std::string_view::npos && !scheme.empty() &&
                          is_alpha(scheme[0]) && std::ranges::all_of(scheme, is_scheme_char);
  if (!has_scheme) return find_without_scheme(text);
  const std::string_view after = text.substr(colon + 1);
  if (after.starts_with(':')) {
    auto inner = find_span(after.substr(1));
    if (inner) inner->begin += colon + 2;
    return inner;
  }
  const std::size_t slashes = std::min(after.find_first_not_of('/'), after.size());
  // http:user:password@host is more likely than a user named so.
  if (slashes == 0 && !is_http_scheme(scheme)) return find_without_scheme(text);
  // A path follows.
  if (to_lower(scheme) == "file" && slashes != 2) return std::nullopt;
  return span_after(text, colon + 1 + slashes, scheme);
}

// Where an address ends in running text.
bool ends_address(char c) {
  return static_cast<unsigned char>(c) <= ' ' || c == '"' || c == '\'' || c == '<' || c == '>' ||
         c == '`';
}

}  // namespace

bool is_dummy_password(std::string_view password) {
  return password.empty() || password == "x-oauth-basic";
}

bool is_token_user(std::string_view username, std::string_view password) {
  // A shorter user name is just a name, and hiding it would make logs unreadable.
  constexpr std::size_t kMinToken = 8;
  return looks_like_token(username) ||
         (username.size() >= kMinToken && is_dummy_password(password));
}

std::optional<Url> parse_url(std::string_view text) {
  const auto pieces = split_url(text);
  const auto is_illegal = [](char c) { return static_cast<unsigned char>(c) <= ' ' || c == 0x7f; };
  if (!pieces || std::ranges::any_of(text, is_illegal)) return std::nullopt;
  Url url;
  url.scheme = to_lower(pieces->scheme);
  url.rest = pieces->rest;
  std::string_view host = pieces->authority;
  if (const std::size_t at = host.rfind('@'); at != std::string_view::npos) {
    Userinfo userinfo;
    if (!parse_userinfo(host.substr(0, at), userinfo)) return std::nullopt;
    url.userinfo = std::move(userinfo);
    host.remove_prefix(at + 1);
  }
  if (!parse_host(host, url)) return std::nullopt;
  return url;
}

std::string strip_userinfo(std::string_view text) {
  const auto pieces = split_url(text);
  if (!pieces) return std::string(text);
  const std::size_t at = pieces->authority.rfind('@');
  if (at == std::string_view::npos) return std::string(text);
  std::string out(pieces->scheme);
  out += kSeparator;
  out += pieces->authority.substr(at + 1);
  out += pieces->rest;
  return out;
}

std::optional<std::string> percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    if (i + 2 >= text.size()) return std::nullopt;
    const int high = hex_value(text[i + 1]);
    const int low = hex_value(text[i + 2]);
    if (high < 0 || low < 0) return std::nullopt;
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

std::optional<Userinfo> find_userinfo(std::string_view text) {
  const auto span = find_span(text);
  if (!span) return std::nullopt;
  const std::string_view raw = text.substr(span->begin, span->length);
  Userinfo userinfo;
  if (parse_userinfo(raw, userinfo)) return userinfo;
  const std::size_t colon = raw.find(':');
  userinfo.username = raw.substr(0, colon);
  userinfo.password = userinfo.has_password ? raw.substr(colon + 1) : "";
  return userinfo;
}

std::string redact_url(std::string_view text) {
  const auto span = find_span(text);
  if (!span) return std::string(text);
  std::string out(text.substr(0, span->begin));
  out += redact_userinfo(text.substr(span->begin, span->length), span->http);
  out += text.substr(span->begin + span->length);
  return out;
}

bool is_ext_address(std::string_view text) { return text.starts_with("ext::"); }

std::string redact_url_and_query(std::string_view text) {
  if (const auto blank = text.find(' '); is_ext_address(text) && blank != std::string_view::npos) {
    return std::string(text.substr(0, blank + 1)) + std::string(kRedacted);
  }
  std::string out = redact_url(text);
  const auto query = out.find('?');
  if (query == std::string::npos || query + 1 == out.size()) return out;
  return out.substr(0, query + 1) + std::string(kRedacted);
}

std::string show_origin(std::string_view text) {
  std::string shown = redact_url(text);
  const std::size_t colon = shown.find(':');
  // After the scheme and its slashes; of a mistyped address without one, from the start.
  std::size_t host = 0;
  if (colon != std::string::npos && shown.compare(colon + 1, 1, "/") == 0) {
    host = std::min(shown.find_first_not_of('/', colon + 1), shown.size());
  }
  const std::size_t end = std::min(shown.find_first_of("/?#", host), shown.size());
  if (shown.size() - end <= 1) return shown;
  return shown.substr(0, end) + "/" + std::string(kRedacted);
}

std::string redact_urls_in(std::string_view text) {
  std::string out;
  std::size_t done = 0;
  for (std::size_t at = text.find(kSeparator); at != std::string_view::npos;
       at = text.find(kSeparator, done)) {
    std::size_t begin = at;
    // A scheme may hold dots, but `url.https://` in git's configuration is not one of those.
    while (begin > done && (is_alpha(text[begin - 1]) || is_digit(text[begin - 1]))) --begin;
    while (begin < at && !is_alpha(text[begin])) ++begin;
    std::size_t end = at + kSeparator.size();
    while (end < text.size() && !ends_address(text[end])) ++end;
    out += text.substr(done, begin - done);
    out += redact_url(text.substr(begin, end - begin));
    done = end;
  }
  out += text.substr(done);
  return out;
}

}  // namespace gitsync::util
