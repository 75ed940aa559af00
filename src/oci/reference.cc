// SPDX-License-Identifier: Apache-2.0
#include "oci/reference.h"

#include <algorithm>
#include <cctype>

#include "net/address.h"
#include "oci/digest.h"
#include "util/quote.h"
#include "util/text.h"

namespace gitsync::oci {
namespace {

using util::ErrorKind;
using util::Result;

constexpr std::string_view kScheme = "oci://";
constexpr std::string_view kDocker = "docker.io";
constexpr std::size_t kMostRepository = 255;
constexpr std::size_t kMostTag = 128;

std::unexpected<util::Error> wrong(const std::string& why) {
  return util::fail(ErrorKind::kInvalid, "not an address of a registry: " + why);
}

bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

// [a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*
bool is_component(std::string_view name) {
  if (name.empty() || !is_lower_or_digit(name.front()) || !is_lower_or_digit(name.back())) {
    return false;
  }
  while (!name.empty()) {
    const auto* const separator = std::ranges::find_if_not(name, is_lower_or_digit);
    name.remove_prefix(static_cast<std::size_t>(separator - name.begin()));
    const auto length = std::min(
        static_cast<std::size_t>(std::ranges::find_if(name, is_lower_or_digit) - name.begin()),
        name.size());
    const auto between = name.substr(0, length);
    const bool is_dashes = between.find_first_not_of('-') == std::string_view::npos;
    if (!is_dashes && between != "." && between != "_" && between != "__") return false;
    name.remove_prefix(length);
  }
  return true;
}

bool is_repository(std::string_view name) {
  if (name.size() > kMostRepository) return false;
  return std::ranges::all_of(util::split(std::string(name), '/'), is_component);
}

// [a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}
bool is_tag(std::string_view text) {
  if (text.empty() || text.size() > kMostTag || text[0] == '.' || text[0] == '-') return false;
  return std::ranges::all_of(text, [](char c) {
    return is_lower_or_digit(c) || (c >= 'A' && c <= 'Z') || c == '.' || c == '_' || c == '-';
  });
}

bool is_dockers(std::string_view host) {
  return host == kDocker || host == "index.docker.io" || host == "registry-1.docker.io";
}

Result<std::string> registry_of(std::string_view authority) {
  if (authority.empty()) return wrong("the registry's host is missing");
  const auto address = net::parse_address("https://" + std::string(authority));
  if (!address) return wrong(util::quoted(authority) + " is no host");
  const auto host = util::to_lower(authority);
  return is_dockers(host) ? std::string(kDocker) : host;
}

// Takes digest and tag off the end of `path`.
Result<void> take_version(std::string_view& path, Reference& reference) {
  if (const auto at = path.find('@'); at != std::string_view::npos) {
    reference.digest = path.substr(at + 1);
    if (!is_digest(reference.digest)) {
      return wrong("after '@' must stand a digest: sha256: and 64 lower-case hex digits");
    }
    path = path.substr(0, at);
  }
  const auto colon = path.find(':');
  if (colon == std::string_view::npos) {
    if (reference.digest.empty()) reference.tag = "latest";
    return {};
  }
  reference.tag = path.substr(colon + 1);
  path = path.substr(0, colon);
  if (is_tag(reference.tag)) return {};
  return wrong(util::quoted(reference.tag) +
               " is no tag (letters, digits, '_', '.' and '-', at most 128)");
}

}  // namespace

bool is_digest(std::string_view text) {
  constexpr std::string_view kAlgorithm = "sha256:";
  return text.starts_with(kAlgorithm) && text.size() == kAlgorithm.size() + 64 &&
         util::is_full_hash(text.substr(kAlgorithm.size()));
}

std::string Reference::host() const {
  return registry == kDocker ? "registry-1.docker.io" : registry;
}

std::string Reference::show() const {
  return std::string(kScheme) + registry + "/" + repository + (tag.empty() ? "" : ":" + tag) +
         (digest.empty() ? "" : "@" + digest);
}

Result<Reference> parse_reference(std::string_view address) {
  if (!address.starts_with(kScheme)) return wrong("it does not begin with oci://");
  address.remove_prefix(kScheme.size());
  const auto slash = address.find('/');
  const auto authority = address.substr(0, slash);
  if (authority.contains('@')) {
    return wrong("it holds a user name, which belongs into the settings for credentials");
  }
  Reference reference;
  GS_TRY(reference.registry, registry_of(authority));
  auto path = slash == std::string_view::npos ? std::string_view() : address.substr(slash + 1);
  if (path.empty()) return wrong("the repository is missing: oci://registry/repository:tag");
  if (path.find_first_of("?#") != std::string_view::npos) return wrong("it has a '?' or '#'");
  GS_TRY_VOID(take_version(path, reference));
  reference.repository = path;
  if (reference.registry == kDocker && !path.contains('/')) {
    reference.repository = "library/" + reference.repository;
  }
  if (is_repository(path)) return reference;
  const bool has_upper = std::ranges::any_of(path, [](char c) { return c >= 'A' && c <= 'Z'; });
  return wrong(util::quoted(path) + " is no repository" +
               (has_upper ? ": its name must be in lower case" : ""));
}

}  // namespace gitsync::oci
