// SPDX-License-Identifier: Apache-2.0
#include "source/address_blame.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <optional>
#include <string_view>

#include "util/text.h"
#include "util/url.h"

namespace gitsync::source {
namespace {

using util::Cause;

constexpr std::array<std::string_view, 3> kSchemes{"https", "http", "ssh"};
constexpr std::string_view kQuotesAndBlanks = "'\"` \t";

struct Blame {
  Cause cause;
  std::string meant;  // addresses that may be meant
};

bool is_quoted(std::string_view url) {
  return !url.empty() && (kQuotesAndBlanks.find(url.front()) != std::string_view::npos ||
                          kQuotesAndBlanks.find(url.back()) != std::string_view::npos);
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// ssh://git@host:org/repo, which mixes the two forms of an ssh address.
std::optional<Blame> path_in_place_of_port(std::string_view url) {
  const auto scheme = url.find("://");
  if (scheme == std::string_view::npos) return std::nullopt;
  const auto authority = url.substr(scheme + 3, url.find('/', scheme + 3) - scheme - 3);
  const auto at = authority.rfind('@');
  const auto host = authority.substr(at == std::string_view::npos ? 0 : at + 1);
  const auto colon = host.rfind(':');
  if (colon == std::string_view::npos || host.starts_with('[')) return std::nullopt;
  const auto port = host.substr(colon + 1);
  if (port.empty() || is_digit(port.front())) return std::nullopt;
  const auto split = scheme + 3 + authority.size() - port.size();
  std::string meant = std::string(url.substr(0, split - 1)) + "/" + std::string(url.substr(split));
  if (url.substr(0, scheme) == "ssh") meant += " or " + std::string(url.substr(scheme + 3));
  return Blame{Cause::kPathInPlaceOfPort, std::move(meant)};
}

// https:/host/x, ssh:git@host/x, https//host/x
std::optional<Blame> scheme_mistyped(std::string_view url) {
  for (const auto scheme : kSchemes) {
    if (!url.starts_with(scheme)) continue;
    auto rest = url.substr(scheme.size());
    const bool mistyped =
        (rest.starts_with(':') && !rest.starts_with("://")) || rest.starts_with("//");
    if (!mistyped) continue;
    rest.remove_prefix(std::min(rest.find_first_not_of(":/"), rest.size()));
    return Blame{Cause::kSchemeMistyped, std::string(scheme) + "://" + std::string(rest)};
  }
  return std::nullopt;
}

// host/org/repo or org/repo, which git looks for on this machine.
std::optional<Blame> scheme_missing(std::string_view url) {
  const auto slash = url.find('/');
  const auto first = url.substr(0, slash);
  if (slash == std::string_view::npos || first.empty() || first.starts_with('.') ||
      first.starts_with('~') || first.find(':') != std::string_view::npos) {
    return std::nullopt;
  }
  const bool is_host = first.find('.') != std::string_view::npos;
  const auto host = is_host ? std::string(first.substr(first.find('@') + 1)) : "HOST";
  const auto path = std::string(is_host ? url.substr(slash + 1) : url);
  return Blame{Cause::kSchemeMissing,
               "https://" + host + "/" + path + " or git@" + host + ":" + path};
}

// A file that is there, and of a repository on the local disk, but closed to this user.
bool is_closed(std::string_view url) {
  constexpr std::string_view kFile = "file://";
  if (url.starts_with(kFile)) url.remove_prefix(kFile.size());
  if (!url.starts_with('/')) return false;
  return std::ranges::any_of(std::array{"/HEAD", "/.git/HEAD"}, [&](const char* file) {
    return ::access((std::string(url) + file).c_str(), R_OK) != 0 && errno == EACCES;
  });
}

std::optional<Blame> blame_of(Cause cause, const std::string& url) {
  // git waits for the other end of a descriptor that nobody gave it.
  if (url.starts_with("fd::")) return Blame{Cause::kAddressMalformed, ""};
  switch (cause) {
    case Cause::kHostNameUnknown:
    case Cause::kNameResolution:
    case Cause::kNothingServed:
    case Cause::kUnknownScheme:
    case Cause::kAddressMalformed:
      break;
    default:
      return std::nullopt;
  }
  if (is_quoted(url)) return Blame{Cause::kAddressQuoted, ""};
  if (auto blame = path_in_place_of_port(url)) return blame;
  if (auto blame = scheme_mistyped(url)) return blame;
  if (cause != Cause::kNothingServed) return std::nullopt;
  return is_closed(url) ? Blame{Cause::kRepositoryClosed, ""} : scheme_missing(url);
}

}  // namespace

util::Error blame_address(util::Error error, const std::string& url) {
  if (auto blame = blame_of(error.cause, util::redact_url_and_query(url))) {
    error.cause = blame->cause;
    error.subject = std::move(blame->meant);
  }
  return error;
}

}  // namespace gitsync::source
