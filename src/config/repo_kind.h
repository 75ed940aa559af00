// SPDX-License-Identifier: Apache-2.0
// What --repo is an address of: its scheme and its end tell.

#pragma once

#include <string>
#include <string_view>

namespace gitsync::config {

enum class RepoKind {
  kGit,
  kBucketFolder,    // s3://bucket/prefix/, or s3://bucket
  kBucketArchive,   // s3://bucket/name.tar.gz
  kWebArchive,      // https://host/name.tar.gz
  kBucketSnapshot,  // s3://bucket/prefix/name.json
  kWebSnapshot,     // https://host/path/name.json
  kRegistry,        // oci://registry/repository:tag
  kUnknown,         // of a scheme that is no git's, and that is not understood either
};

// Of an address that has been tidied. An address of git's is never looked into.
RepoKind kind_of_repo(std::string_view repo);

// What to say of kUnknown: what is wrong, and what to write instead.
std::string why_unknown(std::string_view repo);

}  // namespace gitsync::config
