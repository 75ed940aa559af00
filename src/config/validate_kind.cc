// SPDX-License-Identifier: Apache-2.0
// Settings that belong to one kind of --repo alone.

#include <array>
#include <string>

#include "config/repo_kind.h"
#include "config/validate.h"
#include "util/duration.h"
#include "util/url.h"

namespace gitsync::config {
namespace {

constexpr std::array kForGit{"ref",
                             "depth",
                             "filter",
                             "submodules",
                             "sparse-checkout-file",
                             "cookie-file",
                             "askpass-url",
                             "github-app-application-id",
                             "github-app-client-id",
                             "github-app-installation-id",
                             "github-app-private-key-file",
                             "username",
                             "password-file",
                             "credential",
                             "ssh-key-file",
                             "engine",
                             "git",
                             "git-config",
                             "git-config-add",
                             "git-gc"};
constexpr std::array kForBuckets{"s3-endpoint", "s3-region", "s3-path-style", "s3-concurrency"};

bool is_on_command_line(const Parsed& parsed, std::string_view flag) {
  return parsed.origin(*find_flag(flag)).source == Source::kCommandLine;
}

}  // namespace

// Charts set variables for git whatever --repo is; only a flag is somebody's word.
Complaint check_kind(const Parsed& parsed) {
  const bool is_git = kind_of_repo(parsed.inputs.repo) == RepoKind::kGit;
  const std::string of = is_git ? "a bucket" : "a git repository";
  const auto refused = [&](const auto& flags) -> Complaint {
    for (const std::string_view flag : flags) {
      if (!is_on_command_line(parsed, flag)) continue;
      return "invalid flag: --" + std::string(flag) + " is for " + of +
             ", which this --repo is not; "
             "leave it out";
    }
    return std::nullopt;
  };
  return is_git ? refused(kForBuckets) : refused(kForGit);
}

Complaint check_buckets(const Inputs& inputs) {
  constexpr std::int64_t kMost = 64;
  if (inputs.s3_concurrency < 1 || inputs.s3_concurrency > kMost) {
    return "invalid flag: --s3-concurrency must be from 1 to " + std::to_string(kMost) + ", not " +
           std::to_string(inputs.s3_concurrency);
  }
  if (inputs.s3_endpoint.empty()) return std::nullopt;
  const auto url = util::parse_url(inputs.s3_endpoint);
  if (url && url->is_http() && !url->userinfo) return std::nullopt;
  return "invalid flag: --s3-endpoint must be an address like https://host:port, without a user";
}

}  // namespace gitsync::config
