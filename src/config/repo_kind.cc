// SPDX-License-Identifier: Apache-2.0
#include "config/repo_kind.h"

#include <algorithm>
#include <array>

#include "util/text.h"

namespace gitsync::config {
namespace {

// Schemes that no git has.
struct Foreign {
  std::string_view scheme;
  std::string_view advice;
};
constexpr std::array<Foreign, 7> kForeign{{
    {"gs://", "use s3:// with --s3-endpoint=https://storage.googleapis.com and an HMAC key"},
    {"az://", "Azure has no S3-compatible service: use a server in front of it that has one"},
    {"abfs://", "Azure has no S3-compatible service: use a server in front of it that has one"},
    {"abfss://", "Azure has no S3-compatible service: use a server in front of it that has one"},
    {"wasbs://", "Azure has no S3-compatible service: use a server in front of it that has one"},
    {"s3a://", "write s3://"},
    {"docker://", "write oci://"},
}};

constexpr std::string_view kS3 = "s3://";
constexpr std::string_view kOci = "oci://";
constexpr std::array<std::string_view, 5> kArchives{".tar", ".tar.gz", ".tgz", ".tar.zst", ".tzst"};

bool is_archive(std::string_view path) {
  return std::ranges::any_of(kArchives, [&](std::string_view end) { return path.ends_with(end); });
}

bool is_pointer(std::string_view path) { return path.ends_with(".json"); }

bool begins(std::string_view text, std::string_view scheme) {
  return util::to_lower(std::string(text.substr(0, scheme.size()))) == scheme;
}

}  // namespace

RepoKind kind_of_repo(std::string_view repo) {
  if (begins(repo, kS3)) {
    const std::string_view place = repo.substr(kS3.size());
    const bool is_bucket = place.find('/') == std::string_view::npos;
    if (!place.empty() && (is_bucket || place.ends_with('/'))) return RepoKind::kBucketFolder;
    if (is_pointer(place)) return RepoKind::kBucketSnapshot;
    return is_archive(place) ? RepoKind::kBucketArchive : RepoKind::kUnknown;
  }
  if (begins(repo, kOci)) return RepoKind::kRegistry;
  if (begins(repo, "https://") || begins(repo, "http://")) {
    const std::string_view path = repo.substr(0, repo.find_first_of("?#"));
    if (is_pointer(path)) return RepoKind::kWebSnapshot;
    return is_archive(path) ? RepoKind::kWebArchive : RepoKind::kGit;
  }
  const bool is_foreign = std::ranges::any_of(
      kForeign, [&](const Foreign& foreign) { return begins(repo, foreign.scheme); });
  return is_foreign ? RepoKind::kUnknown : RepoKind::kGit;
}

std::string why_unknown(std::string_view repo) {
  for (const Foreign& foreign : kForeign) {
    if (begins(repo, foreign.scheme)) {
      return "invalid flag: --repo cannot be " + std::string(foreign.scheme) + "…; " +
             std::string(foreign.advice);
    }
  }
  return "invalid flag: --repo must be a folder of a bucket, with / at its end, or an archive, "
         "or a snapshot: s3://bucket/prefix/, s3://bucket/name.tar.gz, "
         "s3://bucket/prefix/main.json";
}

}  // namespace gitsync::config
