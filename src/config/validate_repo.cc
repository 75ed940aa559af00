// SPDX-License-Identifier: Apache-2.0
// The rules of --repo: what git would take for something else, and what would show a secret.

#include <algorithm>

#include "config/repo_kind.h"
#include "config/validate.h"
#include "oci/reference.h"
#include "s3/address.h"
#include "util/secret_shape.h"
#include "util/text.h"
#include "util/url.h"

namespace gitsync::config {
namespace {

std::string scheme_of(const std::string& repo) {
  const std::size_t colon = repo.find("://");
  return colon == std::string::npos ? "" : util::to_lower(repo.substr(0, colon));
}

bool is_ssh(std::string_view scheme) {
  return scheme == "ssh" || scheme == "git+ssh" || scheme == "ssh+git";
}

bool hides_unreadable_userinfo(const std::string& repo) {
  const std::string scheme = scheme_of(repo);
  if (scheme != "http" && scheme != "https") return false;
  if (const auto url = util::parse_url(repo); url && url->userinfo) return false;
  return util::redact_url(repo) != repo;
}

// Also of a fragment, which git takes for a part of the path, and of parameters in the path itself.
bool has_secret_query(const std::string& repo) {
  const std::size_t mark = repo.find_first_of("?#;");
  if (mark == std::string::npos || scheme_of(repo).empty()) return false;
  std::string parameters = repo.substr(mark + 1);
  std::ranges::replace_if(parameters, [](char c) { return c == '?' || c == '#' || c == ';'; }, '&');
  return std::ranges::any_of(util::split(parameters, '&'), [](const std::string& parameter) {
    const std::size_t equals = parameter.find('=');
    return equals != std::string::npos && equals + 1 < parameter.size() &&
           util::is_secret_name(parameter.substr(0, equals));
  });
}

// The one answer to whether this address would carry a secret into arguments of git and ssh, and
// into .git/config. Userinfo of http and https does not: it is taken out of the address.
Complaint carries_secret(const std::string& repo) {
  if (has_secret_query(repo)) {
    return "invalid flag: --repo holds a secret after the ?, # or ;, which git would show in its "
           "arguments and in .git/config; use --username with --password-file, or http.extraHeader "
           "in --git-config";
  }
  const auto userinfo = util::find_userinfo(repo);
  const auto url = util::parse_url(repo);
  if (!userinfo || (url && url->is_http())) return std::nullopt;
  if (userinfo->password.empty() && userinfo->username.find(':') == std::string::npos) {
    return std::nullopt;
  }
  if (!url) {
    return "invalid flag: --repo must not be user:password@host; ssh takes no password, and https "
           "is written https://user:password@host/path";
  }
  if (is_ssh(url->scheme)) {
    return "invalid flag: --repo holds a password, which ssh does not take; use a key "
           "(--ssh-key-file), or https with --username and --password-file";
  }
  return "invalid flag: --repo holds a password, which git would show in its arguments and in "
         ".git/config; use https with --username and --password-file, or ssh with a key";
}

// Git would take these for paths or hosts, and a password in them would be shown as part of those.
Complaint mistyped_address(const std::string& repo) {
  const std::string text = util::to_lower(repo);
  for (const std::string_view scheme : {"http:", "https:"}) {
    if (text.starts_with(scheme) && !text.substr(scheme.size()).starts_with("//")) {
      return "invalid flag: --repo must have // after " + std::string(scheme);
    }
  }
  return std::nullopt;
}

// ssh://git@host:v3/org/repo mixes two ways of writing.
Complaint wrong_port(const std::string& repo) {
  const std::string scheme = scheme_of(repo);
  if (!is_ssh(scheme) && scheme != "git" && scheme != "http" && scheme != "https") {
    return std::nullopt;
  }
  const std::size_t begin = scheme.size() + 3;
  const std::size_t end = std::min(repo.find_first_of("/?#", begin), repo.size());
  std::string_view host = std::string_view(repo).substr(begin, end - begin);
  host.remove_prefix(host.rfind('@') + 1);  // npos + 1 is 0
  const std::size_t colon = host.find(':', host.starts_with('[') ? host.find(']') : 0);
  if (colon == std::string_view::npos ||
      host.find_first_not_of("0123456789", colon + 1) == std::string_view::npos) {
    return std::nullopt;
  }
  if (!is_ssh(scheme)) return "invalid flag: --repo has a port that is no number";
  return "invalid flag: --repo has a port that is no number; write either ssh://git@host/path or "
         "git@host:path";
}

Complaint check_bucket(const std::string& repo) {
  const auto address = s3::parse_address(repo);
  if (address) return std::nullopt;
  return "invalid flag: --repo: " + address.error().message;
}

Complaint check_registry(const std::string& repo) {
  const auto reference = oci::parse_reference(repo);
  if (reference) return std::nullopt;
  return "invalid flag: --repo: " + reference.error().message;
}

}  // namespace

Complaint check_repo(const Inputs& inputs) {
  const std::string& repo = inputs.repo;
  if (repo.empty()) return "required flag: --repo must be specified";
  if (util::has_control(repo)) {
    return "invalid flag: --repo contains a line break or another control character";
  }
  // Git would take it for an option.
  if (repo.starts_with('-')) return "invalid flag: --repo must not begin with a dash";
  switch (kind_of_repo(repo)) {
    case RepoKind::kUnknown:
      return why_unknown(repo);
    case RepoKind::kBucketFolder:
    case RepoKind::kBucketArchive:
    case RepoKind::kBucketSnapshot:
      return check_bucket(repo);
    case RepoKind::kRegistry:
      return check_registry(repo);
    case RepoKind::kWebArchive:
    case RepoKind::kWebSnapshot:
    case RepoKind::kGit:
      break;
  }
  // What cannot be taken out of the address would show in the arguments of git.
  if (hides_unreadable_userinfo(repo)) {
    return "invalid flag: --repo holds a user name or password that cannot be read; write special "
           "characters in it as %XX";
  }
  if (auto complaint = mistyped_address(repo)) return complaint;
  // No git sees the address of an archive, which may be signed in its query.
  if (kind_of_repo(repo) == RepoKind::kGit) {
    if (auto complaint = carries_secret(repo)) return complaint;
  }
  if (auto complaint = wrong_port(repo)) return complaint;
  const auto url = util::parse_url(repo);
  if (url && url->is_http() && url->userinfo && url->userinfo->username.empty() &&
      !url->userinfo->password.empty()) {
    return "invalid flag: --repo holds a password without a user name";
  }
  return std::nullopt;
}

}  // namespace gitsync::config
