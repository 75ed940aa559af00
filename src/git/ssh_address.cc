// SPDX-License-Identifier: Apache-2.0
#include "git/ssh_address.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>

#include "util/text.h"
#include "util/url.h"

namespace gitsync::git {
namespace {

using util::Cause;
using util::ErrorKind;
using util::Result;

constexpr std::array<std::string_view, 3> kSchemes{"ssh://", "git+ssh://", "ssh+git://"};
constexpr std::string_view kNameMarks = ".-_";

// The two halves of an address, as far as git cuts them.
struct Parts {
  std::string_view host;  // with user, brackets and port
  std::string_view path;
  bool is_url = false;
};

std::unexpected<util::Error> not_understood() {
  return util::fail(ErrorKind::kInvalid, Cause::kNotUnderstood, "an unusual ssh address");
}

std::unexpected<util::Error> malformed(std::string message) {
  return util::fail(ErrorKind::kInvalid, Cause::kAddressMalformed, std::move(message));
}

std::optional<std::string_view> after_scheme(std::string_view address) {
  for (const auto scheme : kSchemes) {
    if (address.starts_with(scheme)) return address.substr(scheme.size());
  }
  return std::nullopt;
}

// Where the host of an address without a scheme ends; a colon in brackets is the host's. Nothing
// for local paths, whose slash comes first, and remote helpers (host::path).
std::optional<std::size_t> colon_of(std::string_view address) {
  const auto bracket = address.find(']');
  const auto opening = address.find('[');
  const bool in_brackets = opening != std::string_view::npos && bracket != std::string_view::npos &&
                           (opening == 0 || address[opening - 1] == '@');
  const auto colon = address.find(':', in_brackets ? bracket : 0);
  if (colon == std::string_view::npos || address.find('/') < colon) return std::nullopt;
  if (!in_brackets && address.substr(colon).starts_with("::")) return std::nullopt;
  return colon;
}

bool is_letter_or_digit(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

bool consists_of(std::string_view text, std::string_view marks) {
  return !text.empty() && std::ranges::all_of(text, [&](char c) {
    return is_letter_or_digit(c) || marks.find(c) != std::string_view::npos;
  });
}

// git leaves a colon and what follows it to the host unless it is a number below 65536.
bool is_port(std::string_view text) {
  std::uint32_t number = 0;
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const auto read = std::from_chars(begin, end, number);
  return read.ec == std::errc{} && read.ptr == end && number < 65536;
}

// An IPv6 address, possibly with a zone.
bool is_numeric_host(std::string_view text) {
  return std::ranges::count(text, ':') >= 2 && consists_of(text, ":.%_-");
}

// "name" or "name:port".
Result<SshAddress> named(std::string_view user, std::string_view text) {
  const auto colon = text.find(':');
  const auto name = text.substr(0, colon);
  const auto port = colon == std::string_view::npos ? "" : text.substr(colon + 1);
  if (!consists_of(name, kNameMarks) || (!port.empty() && !is_port(port))) return not_understood();
  if (name.starts_with('-') && !user.empty()) return not_understood();  // ssh refuses it
  return SshAddress{std::string(user) + std::string(name), std::string(port), ""};
}

// "[::1]", "[::1]:port", "[name]", "[name:port]".
Result<SshAddress> bracketed(std::string_view user, std::string_view text) {
  const auto end = text.find(']');
  if (end == std::string_view::npos) return not_understood();
  const auto inner = text.substr(1, end - 1);
  auto port = text.substr(end + 1);
  if (!port.empty() && !port.starts_with(':')) return not_understood();
  if (!port.empty()) port.remove_prefix(1);
  if (!port.empty() && !is_port(port)) return not_understood();
  if (is_numeric_host(inner)) {
    return SshAddress{std::string(user) + std::string(inner), std::string(port), ""};
  }
  GS_TRY(auto address, named(user, inner));
  if (!port.empty() && !address.port.empty()) return not_understood();
  if (!port.empty()) address.port = port;
  return address;
}

// The user may stand inside the brackets as well: "[user@host:port]".
Result<SshAddress> parse_host(std::string_view text) {
  const auto at = text.find('@');
  const bool inside = text.starts_with('[');
  if (at == std::string_view::npos) return inside ? bracketed("", text) : named("", text);
  const auto user = text.substr(inside ? 1 : 0, at + 1 - (inside ? 1 : 0));
  if (!consists_of(user.substr(0, user.size() - 1), "._-+~$")) return not_understood();
  const auto host = text.substr(at + 1);
  if (inside) return bracketed(user, "[" + std::string(host));
  return host.starts_with('[') ? bracketed(user, host) : named(user, host);
}

// git decodes an address with a scheme before it looks at it.
Result<Parts> cut_url(std::string_view rest) {
  const auto slash = rest.find('/');
  if (slash == std::string_view::npos) {
    return malformed("no path specified; see 'git help pull' for valid url syntax");
  }
  // "ssh://host/~user/repo" is "~user/repo" there.
  const bool of_home = rest.substr(slash + 1).starts_with('~');
  return Parts{rest.substr(0, slash), rest.substr(slash + (of_home ? 1 : 0)), true};
}

Result<Parts> cut_plain(std::string_view address) {
  const auto colon = colon_of(address);
  if (!colon) return not_understood();
  const auto path = address.substr(*colon + 1);
  return Parts{address.substr(0, *colon), path.substr(path.starts_with("/~") ? 1 : 0)};
}

std::string quote_for_git(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) {
    if (c == '\'' || c == '!') {
      quoted.append("'\\").append(1, c).append("'");
    } else {
      quoted += c;
    }
  }
  return quoted + "'";
}

// What ssh would take for an option.
Result<void> refuse_options(const Parts& parts) {
  auto host = parts.host;
  if (host.starts_with('[')) host.remove_prefix(1);
  if (host.starts_with('-')) {
    return malformed("strange hostname '" + std::string(host.substr(0, host.find(']'))) +
                     "' blocked");
  }
  if (parts.path.starts_with('-')) {
    return malformed("strange pathname '" + std::string(parts.path) + "' blocked");
  }
  return {};
}

}  // namespace

bool is_ssh_address(std::string_view address) {
  if (after_scheme(address)) return true;
  return address.find("://") == std::string_view::npos && colon_of(address).has_value();
}

Result<SshAddress> parse_ssh_address(std::string_view address) {
  if (!is_ssh_address(address)) return not_understood();
  const auto rest = after_scheme(address);
  const auto decoded = util::percent_decode(rest.value_or(""));
  if (!decoded || util::has_control(*decoded) || util::has_control(address)) {
    return not_understood();
  }
  GS_TRY(const auto parts, rest ? cut_url(*decoded) : cut_plain(address));
  GS_TRY_VOID(refuse_options(parts));
  GS_TRY(auto parsed, parse_host(parts.host));
  parsed.path = parts.path;
  return parsed;
}

std::string upload_pack_command(const SshAddress& address) {
  return "git-upload-pack " + quote_for_git(address.path);
}

}  // namespace gitsync::git
