// SPDX-License-Identifier: Apache-2.0
// Settings that belong to one kind of --repo alone.

#include <algorithm>
#include <array>
#include <string>

#include "config/repo_kind.h"
#include "config/validate.h"
#include "util/byte_size.h"
#include "util/quote.h"
#include "util/url.h"

namespace gitsync::config {
namespace {

// Of which kinds a flag is.
constexpr unsigned kGit = 1;
constexpr unsigned kBucketFolder = 2;
constexpr unsigned kBucketArchive = 4;
constexpr unsigned kWebArchive = 8;
constexpr unsigned kBucketSnapshot = 16;
constexpr unsigned kWebSnapshot = 32;
constexpr unsigned kRegistry = 64;
constexpr unsigned kWeb = kWebArchive | kWebSnapshot;
constexpr unsigned kBuckets = kBucketFolder | kBucketArchive | kBucketSnapshot;

struct Scope {
  std::string_view flag;
  unsigned kinds;
};
constexpr std::array kScopes{Scope{"ref", kGit},
                             Scope{"depth", kGit},
                             Scope{"filter", kGit},
                             Scope{"submodules", kGit},
                             Scope{"sparse-checkout-file", kGit},
                             Scope{"cookie-file", kGit},
                             Scope{"askpass-url", kGit | kWeb | kRegistry},
                             Scope{"github-app-application-id", kGit},
                             Scope{"github-app-client-id", kGit},
                             Scope{"github-app-installation-id", kGit},
                             Scope{"github-app-private-key-file", kGit},
                             Scope{"username", kGit | kWeb | kRegistry},
                             Scope{"password-file", kGit | kWeb | kRegistry},
                             Scope{"credential", kGit | kWeb | kRegistry},
                             Scope{"ssh-key-file", kGit},
                             Scope{"engine", kGit},
                             Scope{"git", kGit},
                             Scope{"git-config", kGit},
                             Scope{"git-config-add", kGit},
                             Scope{"git-gc", kGit},
                             Scope{"s3-endpoint", kBuckets},
                             Scope{"s3-region", kBuckets},
                             Scope{"s3-path-style", kBuckets},
                             Scope{"s3-concurrency", kBucketFolder},
                             Scope{"registry-config", kRegistry},
                             Scope{"registry-plain-http", kRegistry},
                             Scope{"exclude", kBucketFolder},
                             Scope{"max-tree-size", kBuckets | kWeb | kRegistry},
                             Scope{"bearer-token-file", kWeb}};

struct Kind {
  unsigned bit;
  std::string_view name;
};
Kind kind_of(std::string_view repo) {
  switch (kind_of_repo(repo)) {
    case RepoKind::kBucketFolder:
      return {kBucketFolder, "a folder of a bucket"};
    case RepoKind::kBucketArchive:
      return {kBucketArchive, "an archive in a bucket"};
    case RepoKind::kWebArchive:
      return {kWebArchive, "an archive"};
    case RepoKind::kBucketSnapshot:
      return {kBucketSnapshot, "a snapshot in a bucket"};
    case RepoKind::kWebSnapshot:
      return {kWebSnapshot, "a snapshot"};
    case RepoKind::kRegistry:
      return {kRegistry, "an artifact in a registry"};
    default:
      return {kGit, "a git repository"};
  }
}

bool is_on_command_line(const Parsed& parsed, std::string_view flag) {
  return parsed.origin(*find_flag(flag)).source == Source::kCommandLine;
}

// Then the settings of buckets or registries are for that place.
bool publishes_to(std::string_view scheme, const Inputs& inputs) {
  return std::ranges::any_of(inputs.publish_snapshots,
                             [&](const std::string& place) { return place.starts_with(scheme); });
}

}  // namespace

// Charts set variables for git whatever --repo is; only a flag is somebody's word.
Complaint check_kind(const Parsed& parsed) {
  const Kind kind = kind_of(parsed.inputs.repo);
  for (const Scope& use : kScopes) {
    if ((use.kinds & kind.bit) != 0 || !is_on_command_line(parsed, use.flag)) continue;
    if (use.flag.starts_with("s3-") && publishes_to("s3://", parsed.inputs)) continue;
    if (use.flag.starts_with("registry-") && publishes_to("oci://", parsed.inputs)) continue;
    return "invalid flag: --" + std::string(use.flag) + " has no meaning for " +
           std::string(kind.name) + ", which this --repo is; leave it out";
  }
  return std::nullopt;
}

Complaint check_buckets(const Inputs& inputs) {
  constexpr std::int64_t kMost = 64;
  if (inputs.s3_concurrency < 1 || inputs.s3_concurrency > kMost) {
    return "invalid flag: --s3-concurrency must be from 1 to " + std::to_string(kMost) + ", not " +
           std::to_string(inputs.s3_concurrency);
  }
  if (util::parse_byte_size(inputs.max_tree_size).value_or(0) == 0) {
    return "invalid flag: --max-tree-size must be a size such as 500MiB or 10GiB, not " +
           util::quoted(inputs.max_tree_size);
  }
  if (inputs.s3_endpoint.empty()) return std::nullopt;
  const auto url = util::parse_url(inputs.s3_endpoint);
  if (url && url->is_http() && !url->userinfo) return std::nullopt;
  return "invalid flag: --s3-endpoint must be an address like https://host:port, without a user";
}

}  // namespace gitsync::config
